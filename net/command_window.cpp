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
  // Free as soon as all but limit - 1 have left the window.
  auto free = [&](const std::deque<time_point>& of, std::size_t limit) {
    return of.size() < limit ? now : of[of.size() - limit] + span_;
  };
  auto all = free(sent_, limit_);
  if (is_heartbeat)
    return std::max(all, free(beats_, std::max<std::size_t>(limit_ / 2, 1)));
  return std::max(all, free(others_, room()));
}

std::uint32_t command_window::budget(time_point now) {
  forget(now);
  auto left = [](std::size_t limit, std::size_t used) {
    return used < limit ? limit - used : 0;
  };
  return static_cast<std::uint32_t>(
      std::min(left(room(), others_.size()), left(limit_, sent_.size())));
}

timespan command_window::wait_for(std::uint64_t n, time_point now) {
  forget(now);
  if (n == 0 || others_.size() + n <= room())
    return timespan{0};
  // Each send takes the place of the one that was `room` before it.
  auto last = others_.size() + n - room() - 1;
  auto place = last % room();
  auto began = place < others_.size() ? others_[place] : now;
  return began + span_ * (last / room() + 1) - now;
}

void command_window::forget(time_point now) {
  for (auto list : {&sent_, &beats_, &others_})
    while (!list->empty() && list->front() + span_ <= now)
      list->pop_front();
}

} // namespace muster
