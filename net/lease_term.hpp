#pragma once

#include <atomic>
#include <functional>

#include "net/clock.hpp"

namespace muster {

/// Monotonic, and runs on while the machine sleeps.
time_point time_since_boot();

/// Until when what this process owns is its own (C2): set by who renews the
/// lease, obeyed by the thread that does the I/O, also when all else hangs or
/// the process was frozen. Thread-safe.
class lease_term {
public:
  explicit lease_term(std::function<time_point()> now = time_since_boot)
      : now_(std::move(now)) {}

  time_point now() const { return now_(); }

  /// It holds for `timeout` from `sent`, when its renewal was sent.
  void renew(time_point sent, timespan timeout) {
    closes_at_ = sent + timeout - timeout / 6;
    aborts_at_ = sent + timeout - timeout / 10;
  }
  /// Others have what was owned.
  void end() { closes_at_ = aborts_at_ = time_point::min(); }

  /// Connections are closed from here on.
  time_point closes_at() const { return closes_at_; }
  /// Nothing is read or written from here on.
  time_point aborts_at() const { return aborts_at_; }

private:
  std::function<time_point()> now_;
  // Before the first renewal nothing is owned that could be used.
  std::atomic<time_point> closes_at_{never};
  std::atomic<time_point> aborts_at_{never};
};

} // namespace muster
