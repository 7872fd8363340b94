#pragma once

#include "net/clock.hpp"

namespace muster {

/// Time during which something could have arrived: it stands still while the
/// shard is disconnected and while muster itself is not reading (Q6). Pure.
class quiet_clock {
public:
  explicit quiet_clock(time_point start) : since_(start) {}

  /// How long it has run.
  timespan read(time_point now) const {
    return paused_ ? passed_ : passed_ + (now - since_);
  }

  bool paused() const { return paused_; }

  void pause(time_point now) {
    if (!paused_) {
      passed_ += now - since_;
      paused_ = true;
    }
  }

  void resume(time_point now) {
    if (paused_) {
      since_ = now;
      paused_ = false;
    }
  }

  /// When it will read `at`, if it runs on; `never` while it stands still.
  time_point when(timespan at) const {
    return paused_ ? never : since_ + (at - passed_);
  }

private:
  time_point since_;
  timespan passed_{0};
  bool paused_ = false;
};

} // namespace muster
