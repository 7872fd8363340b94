#include "actors/gateway_directory.hpp"

#include <algorithm>

#include "net/gateway_bot.hpp"

namespace muster {

bool gateway_directory::begin(time_point now) {
  if (under_way_ || now < not_before_)
    return false;
  under_way_ = true;
  return true;
}

gateway_directory::news gateway_directory::answered(const gateway_answer& x,
                                                    double random,
                                                    time_point now) {
  under_way_ = false;
  not_before_ = now + std::max(spacing, timespan{x.retry_after});
  if (!x.error) {
    backoff_.reset();
    info_ = x.info;
    auto first = !known_;
    known_ = true;
    return {first ? news::first : news::refreshed, timespan{0}};
  }
  if (known_) // what was good once is not given up for this (F3)
    return {news::stale, timespan{0}};
  if (is_fatal(x))
    return {news::fatal, timespan{0}};
  not_before_ = now; // this wait is the backoff's
  return {news::retry,
          std::max(backoff_.next(random), timespan{x.retry_after})};
}

} // namespace muster
