#pragma once

#include <memory>
#include <string>

#include <caf/error.hpp>

namespace muster {

/// What TLS connections of this process trust. Shared, read-only after it is
/// made.
class tls_context {
public:
  struct impl;

  /// Trusts the system's authorities and those of the PEM file `ca_file`,
  /// when it is not empty. On failure `result` is null and the error says
  /// which file could not be used.
  static caf::error make(const std::string& ca_file,
                         std::shared_ptr<tls_context>& result);

  explicit tls_context(std::unique_ptr<impl> x);
  ~tls_context();

  impl& get() { return *impl_; }

private:
  std::unique_ptr<impl> impl_;
};

} // namespace muster
