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

timespan command_window::wait_for(std::uint64_t n, time_point now) {
  forget(now);
  auto room = std::uint64_t{limit_ - reserve_};
  if (n == 0 || sent_.size() + n <= room)
    return timespan{0};
  // Each send takes the place of the one that was `room` before it.
  auto last = sent_.size() + n - room - 1;
  auto place = last % room;
  auto began = place < sent_.size() ? sent_[place] : now;
  return began + span_ * (last / room + 1) - now;
}

void command_window::forget(time_point now) {
  while (!sent_.empty() && sent_.front() + span_ <= now)
    sent_.pop_front();
}

} // namespace muster
