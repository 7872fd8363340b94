#include "net/heartbeat.hpp"

#include <algorithm>
#include <cstdint>

namespace muster {

void heartbeat::start(time_point now, timespan interval, double jitter) {
  auto excused = excused_;
  *this = heartbeat{};
  excused_ = excused;
  interval_ = interval;
  due_ = now
         + timespan{static_cast<std::int64_t>(
             static_cast<double>(interval.count()) * jitter)};
}

heartbeat::verdict heartbeat::tick(time_point now) {
  if (now < due_)
    return verdict::nothing;
  if (waiting_ && silent_ && !excused_) {
    due_ = never;
    return verdict::zombied;
  }
  waiting_ = true;
  silent_ = true;
  sent_ = now;
  due_ = now + interval_;
  return verdict::send;
}

void heartbeat::excuse(bool on) {
  if (excused_)
    silent_ = false;
  excused_ = on;
}

void heartbeat::withheld(time_point free_at) {
  waiting_ = false;
  if (due_ != never)
    due_ = std::min(due_, free_at);
}

void heartbeat::acknowledged(time_point now) {
  silent_ = false;
  if (waiting_ && sent_ != never)
    latency_ = now - sent_;
  waiting_ = false;
}

} // namespace muster
