#pragma once

#include <memory>
#include <string>

#include <caf/error.hpp>

namespace muster {

/// By what the processes of a bot know each other: a certificate with its key,
/// and the authority that has signed those of all of them (C14). Shared,
/// read-only after it is made.
class node_keys {
public:
  struct impl;

  /// Reads ca.pem, node.pem and node.key of a folder. On failure `result` is
  /// null and the error, errc::invalid_settings, says which file is to be
  /// mended and how; what is not valid now is refused, too.
  static caf::error read(const std::string& folder,
                         std::shared_ptr<node_keys>& result);

  explicit node_keys(std::unique_ptr<impl> x);
  ~node_keys();

  impl& get() { return *impl_; }

private:
  std::unique_ptr<impl> impl_;
};

} // namespace muster
