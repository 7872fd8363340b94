#pragma once

/// @file
/// What the REST API says of the gateway.
/// Threads: values; a lookup calls from any, see there.
/// Source: Events > Gateway > Get Gateway Bot.

#include <cstdint>
#include <functional>
#include <string>

#include <caf/error.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

namespace muster {

/// The answer of GET /gateway/bot. Source: Events > Gateway > Get Gateway Bot.
struct gateway_info {
  /// Of the gateway, wss or ws, without a query.
  std::string url;
  /// That Discord recommends.
  std::uint32_t shards = 1;
  /// Identifies of a day, and what is left of them.
  std::uint32_t session_total = 1000;
  /// See session_total.
  std::uint32_t session_remaining = 1000;
  /// Until there are session_total again.
  caf::timespan session_reset_after{0};
  /// Buckets of identifies, each with one in 5 s.
  std::uint32_t max_concurrency = 1;
};

/// What came of asking for it.
struct gateway_answer {
  /// What was found, if there is no error.
  gateway_info info;
  /// None when `info` holds.
  caf::error error;
  /// How long the API asked to wait; zero when it did not.
  caf::timespan retry_after{0};
};

/// Asks for it once and hands over what came of it: exactly one call, from any
/// thread, with bounds of its own.
using gateway_lookup = std::function<void(std::function<void(gateway_answer)>)>;

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, gateway_info& x) {
  return f(caf::meta::type_name("gateway_info"), x.url, x.shards,
           x.session_total, x.session_remaining, x.session_reset_after,
           x.max_concurrency);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, gateway_answer& x) {
  return f(caf::meta::type_name("gateway_answer"), x.info, x.error,
           x.retry_after);
}

} // namespace muster
