#pragma once

#include "net/clock.hpp"

namespace muster {

/// When a shard tells how far its startup is: when there is news, and no more
/// often than an interval permits (E6). Pure.
class progress_pace {
public:
  explicit progress_pace(timespan interval) : interval_(interval) {}

  /// Something has changed.
  void news() {
    if (due_ == never)
      due_ = sent_ + interval_;
  }

  /// Something that is told at once.
  void news_now(time_point now) { due_ = now; }

  /// Nothing is to be told.
  void rest() { due_ = never; }

  /// It is told now.
  void told(time_point now) {
    due_ = never;
    sent_ = now;
  }

  time_point due() const { return due_; }

private:
  timespan interval_;
  time_point due_ = never;
  time_point sent_{};
};

} // namespace muster
