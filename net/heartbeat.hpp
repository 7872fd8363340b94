#pragma once

#include "net/clock.hpp"

namespace muster {

/// When to send a heartbeat, and whether the connection is a zombie.
/// Source: Events > Using Gateway > Sending Heartbeats.
class heartbeat {
public:
  enum class verdict { nothing, send, zombied };

  /// After HELLO; the first one comes after `interval * jitter`, with jitter
  /// in [0, 1). An excuse outlasts it.
  void start(time_point now, timespan interval, double jitter);
  void stop() { due_ = never; }

  time_point due() const { return due_; }

  /// To be called at due(); moves it on by one interval.
  verdict tick(time_point now);

  /// Any inbound frame is life: on a busy link an ACK queues behind events.
  void alive() { silent_ = false; }

  /// While muster itself is not reading, silence proves nothing (Q6); when it
  /// reads again, the silence so far is forgotten.
  void excuse(bool on);
  bool excused() const { return excused_; }

  void acknowledged(time_point now);

  /// It was not sent, since nothing may be sent before `free_at`: none is
  /// missing, and the next one is due then.
  void withheld(time_point free_at);

  /// True while an ACK is due.
  bool waiting() const { return waiting_; }

  timespan interval() const { return interval_; }
  /// From the last heartbeat to its ACK; zero before the first.
  timespan latency() const { return latency_; }

private:
  timespan interval_{0};
  timespan latency_{0};
  time_point due_ = never;
  time_point sent_ = never;
  bool waiting_ = false;
  bool silent_ = false;
  bool excused_ = false;
};

} // namespace muster
