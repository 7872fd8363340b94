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

  /// By settings::proxy. An empty string, or what is wrong with that, which
  /// says nothing of what stands there, and the mend. What is wrong with the
  /// environment is told where it would be used.
  static std::string make(const std::string& setting, const environment& env,
                          proxy_policy& out);

  /// The same with the environment of this process; throws
  /// std::invalid_argument, also if the REST API would be reached by a variable
  /// that is wrong.
  static std::shared_ptr<const proxy_policy> of(const settings& cfg);

  /// Null: directly. If `wrong` is set, a variable is and says how.
  const proxy_address* proxy_for(const url& to, std::string& wrong) const;

private:
  /// Of the environment.
  struct found {
    std::optional<proxy_address> proxy;
    std::string wrong;

    bool is_set() const { return proxy || !wrong.empty(); }
  };

  static found find(const environment& env, const char* upper,
                    const char* lower_case);
  bool is_excepted(const url& to) const;

  /// For all; then nothing else holds.
  std::optional<proxy_address> given_;
  /// For https and wss, and for what has no other.
  found secure_;
  found any_;
  /// NO_PROXY.
  std::vector<std::string> except_;
};

} // namespace muster
