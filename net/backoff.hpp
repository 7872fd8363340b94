#pragma once

#include <algorithm>
#include <cstdint>

#include "net/clock.hpp"

namespace muster {

/// Waits that double from `min` to `max`, each with jitter: half of it is
/// fixed, half random, so that many shards do not return as one.
class backoff {
public:
  backoff(timespan min, timespan max) : min_(min), max_(max) {}

  /// The next wait; `random` is evenly distributed in [0, 1).
  timespan next(double random) {
    auto full = min_;
    for (std::uint32_t i = 0; i < failures_ && full < max_; ++i)
      full *= 2;
    full = std::min(full, max_);
    ++failures_;
    auto half = full / 2;
    return half
           + timespan{static_cast<std::int64_t>(
               static_cast<double>(half.count()) * random)};
  }

  /// After a success.
  void reset() { failures_ = 0; }

  std::uint32_t failures() const { return failures_; }

private:
  timespan min_;
  timespan max_;
  std::uint32_t failures_ = 0;
};

} // namespace muster
