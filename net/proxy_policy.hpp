#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/proxy_address.hpp"
#include "messages/settings.hpp"
#include "net/url.hpp"

namespace muster {

/// Through which proxy a server is reached, if through any. Pure but for
/// of(), which reads the environment. A value.
class proxy_policy {
public:
  /// Gives the value of a variable of the environment; empty: it is not set.
  using environment = std::function<std::string(const char*)>;

  /// All directly.
  proxy_policy() = default;

  /// By settings::proxy. An empty string, or what is wrong, which says nothing
  /// of what stands there, and the mend.
  static std::string make(const std::string& setting, const environment& env,
                          proxy_policy& out);

  /// The same with the environment of this process; throws
  /// std::invalid_argument.
  static std::shared_ptr<const proxy_policy> of(const settings& cfg);

  /// Null: directly.
  const proxy_address* proxy_for(const url& to) const;

private:
  bool is_excepted(const url& to) const;

  /// For all; then nothing else holds.
  std::optional<proxy_address> given_;
  /// Of the environment: for https and wss, and for what has no other.
  std::optional<proxy_address> secure_;
  std::optional<proxy_address> any_;
  /// NO_PROXY.
  std::vector<std::string> except_;
};

} // namespace muster
