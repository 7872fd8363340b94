#pragma once

#include "messages/gateway_info.hpp"
#include "messages/internal/fleet.hpp"
#include "messages/settings.hpp"
#include "net/backoff.hpp"
#include "net/clock.hpp"

namespace muster {

/// What the REST API says of the gateway, and when it is to be asked: until it
/// has answered once, and again when that may no longer hold. Pure.
/// Source: Events > Gateway > Get Gateway Bot.
class gateway_directory {
public:
  explicit gateway_directory(const settings& cfg)
      : backoff_(cfg.backoff_min, cfg.backoff_max) {}

  /// What an answer comes to.
  struct news {
    enum kind {
      first,     // the bot can start
      refreshed, // info() may have changed
      retry,     // ask again after `wait`
      stale,     // no use; what is known holds on
      fatal,     // asking again cannot help, and nothing is known
    } is = stale;
    timespan wait{0};
  };

  /// True when a lookup is to begin; it counts as under way then. Several who
  /// want one share it, and it is never asked for more often than each
  /// `spacing`, nor sooner than the API permits.
  bool begin(time_point now);

  /// `random` is in [0, 1).
  news answered(const gateway_answer& x, double random, time_point now);

  bool known() const { return known_; }
  bool under_way() const { return under_way_; }
  const gateway_info& info() const { return info_; }
  identify_limits limits() const {
    return {info_.max_concurrency, info_.session_remaining,
            info_.session_reset_after};
  }

  static constexpr timespan spacing = std::chrono::seconds(5);

private:
  gateway_info info_;
  backoff backoff_;
  time_point not_before_{};
  bool known_ = false;
  bool under_way_ = false;
};

} // namespace muster
