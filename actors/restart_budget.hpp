#pragma once

#include <cstddef>
#include <deque>

#include "net/clock.hpp"

namespace muster {

/// How often something that dies may be started again (F1). Pure.
class restart_budget {
public:
  static constexpr std::size_t limit = 3;
  static constexpr timespan window = std::chrono::minutes(5);

  /// True when one more start is permitted; it counts then.
  bool take(time_point now) {
    while (!taken_.empty() && taken_.front() + window <= now)
      taken_.pop_front();
    if (taken_.size() >= limit)
      return false;
    taken_.push_back(now);
    return true;
  }

private:
  std::deque<time_point> taken_;
};

} // namespace muster
