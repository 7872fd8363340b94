#pragma once

#include <string>
#include <string_view>

#include "app/simulator/gateway.hpp"

namespace muster::sim {

/// A request to Discord's HTTP interface, as far as it matters here.
struct rest_request {
  std::string method;
  std::string target;
  std::string authorization;
  /// Where clients find the gateway, such as "ws://127.0.0.1:4000".
  std::string gateway_url;
  std::string body = {};
};

struct rest_answer {
  unsigned status = 200;
  /// JSON.
  std::string body;
};

/// Answers what a library asks before it connects, commands of the application
/// included, which are taken and forgotten; anything else is 404.
rest_answer answer_rest(const rest_request& r, gateway& gw, time_point now);

/// Where a client finds the gateway: at the host that it named, which any bytes
/// can stand for, or else at `address`.
std::string gateway_url(bool encrypted, const std::string& host,
                        const std::string& address);

/// What every request gets while the simulator is down.
rest_answer answer_down();

} // namespace muster::sim
