#include "messages/settings.hpp"

#include <utility>

#include "messages/node_address.hpp"
#include "messages/proxy_address.hpp"

namespace muster {

std::string check(const settings& x) {
  using namespace std::chrono_literals;
  if (x.rest_url.rfind("http://", 0) != 0
      && x.rest_url.rfind("https://", 0) != 0)
    return "rest_url must start with http:// or https://";
  if (!x.state.empty() && x.state.rfind("postgresql://", 0) != 0
      && x.state.rfind("postgres://", 0) != 0
      && (x.state.rfind("sqlite:", 0) != 0 || x.state == "sqlite:"))
    return "state must be sqlite: and the path of a file, or postgresql:// "
           "and the name of a server";
  if (auto wrong = check(x.cluster, x.state); !wrong.empty())
    return wrong;
  proxy_address no_proxy;
  if (auto wrong = proxy_address::parse(x.proxy, no_proxy);
      !x.proxy.empty() && x.proxy != "none" && !wrong.empty())
    return "proxy: " + wrong;
  node_address ignored;
  if (auto wrong = parse_http(x.http, ignored);
      !x.http.empty() && !wrong.empty())
    return "http: " + wrong;
  for (auto& host : x.http_hosts)
    if (!is_host(host))
      return "http_hosts: '" + host
             + "' is no name or address of a machine; leave out a port, and "
               "the brackets of an address";
  if (x.node_timeout < 1s || x.node_timeout > 1h)
    return "node_timeout is between 1 s and 1 h";
  if (x.identify_reserve > 100)
    return "identify_reserve is a percentage, between 0 and 100";
  if (x.shard_count && (*x.shard_count == 0 || *x.shard_count > 100'000))
    return "shard_count is between 1 and 100000, or left out";
  if (x.shard_count)
    for (auto index : x.shards)
      if (index >= *x.shard_count)
        return "shard " + std::to_string(index) + " does not exist with "
               + std::to_string(*x.shard_count) + " shards";
  if (x.large_threshold < 50 || x.large_threshold > 250)
    return "large_threshold is " + std::to_string(x.large_threshold)
           + "; Discord allows 50 to 250";
  if (x.max_attempts < 1 || x.max_attempts > 100)
    return "max_attempts is between 1 and 100";
  if (x.max_in_flight < 1)
    return "max_in_flight is at least 1";
  if (x.send_limit < 8)
    return "send_limit is at least 8, so that heartbeats find room";
  const std::pair<const char*, caf::timespan> positive[] = {
      {"timeout", x.timeout},
      {"first_response_timeout", x.first_response_timeout},
      {"guild_create_timeout", x.guild_create_timeout},
      {"send_window", x.send_window},
      {"resolve_timeout", x.resolve_timeout},
      {"connect_timeout", x.connect_timeout},
      {"handshake_timeout", x.handshake_timeout},
      {"close_timeout", x.close_timeout},
      {"hello_timeout", x.hello_timeout},
      {"ready_timeout", x.ready_timeout},
      {"backoff_min", x.backoff_min},
      {"backoff_max", x.backoff_max},
      {"progress_interval", x.progress_interval},
  };
  for (auto& [name, value] : positive)
    if (value < 1ms || value > 24h)
      return std::string{name} + " is between 1 ms and 24 h";
  const std::pair<const char*, caf::timespan> not_negative[] = {
      {"cooldown", x.cooldown},
      {"network_margin", x.network_margin},
      {"identify_interval", x.identify_interval},
      {"invalid_session_min", x.invalid_session_min},
      {"invalid_session_max", x.invalid_session_max},
  };
  for (auto& [name, value] : not_negative)
    if (value < 0ms || value > 24h)
      return std::string{name} + " is between 0 and 24 h";
  if (x.backoff_max < x.backoff_min)
    return "backoff_max is at least backoff_min";
  if (x.invalid_session_max < x.invalid_session_min)
    return "invalid_session_max is at least invalid_session_min";
  if (x.max_payload < 4096)
    return "max_payload is at least 4096 bytes";
  return {};
}

} // namespace muster
