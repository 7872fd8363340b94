#include "net/command_window.hpp"

#include <algorithm>

namespace muster {

void command_window::reserve_for(timespan heartbeat_interval) {
  if (heartbeat_interval.count() <= 0)
    return;
  auto beats = static_cast<std::uint64_t>(span_ / heartbeat_interval) + 1;
  // At least half of the window is left to the bot, however short the
  // interval of a test gateway is.
  reserve_ = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(beats + 2, limit_ / 2));
}

time_point command_window::free_at(time_point now, bool is_heartbeat) {
  forget(now);
  auto limit = is_heartbeat ? limit_ : limit_ - reserve_;
  if (sent_.size() < limit)
    return now;
  // Free as soon as all but limit - 1 have left the window.
  return sent_[sent_.size() - limit] + span_;
}

std::uint32_t command_window::budget(time_point now) {
  forget(now);
  auto limit = limit_ - reserve_;
  auto used = static_cast<std::uint32_t>(sent_.size());
  return used < limit ? limit - used : 0;
}

void command_window::forget(time_point now) {
  while (!sent_.empty() && sent_.front() + span_ <= now)
    sent_.pop_front();
}

} // namespace muster
