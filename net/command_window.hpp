#pragma once

#include <cstdint>
#include <deque>

#include "net/clock.hpp"

namespace muster {

/// The sends of one connection as a sliding window, with room kept for
/// heartbeats (Q9). Source: Events > Using Gateway > Rate Limiting.
class command_window {
public:
  /// `limit` sends in any `span`.
  command_window(std::uint32_t limit, timespan span)
      : limit_(limit), span_(span) {}

  /// A new connection has a new window.
  void reset() {
    sent_.clear();
    beats_.clear();
    others_.clear();
  }

  /// Keeps room for the heartbeats that fall into one span, and for two that
  /// the gateway may ask for.
  void reserve_for(timespan heartbeat_interval);

  /// When the next send may leave; `now` or earlier: at once. Heartbeats may
  /// use the room that is kept for them, but no more than half of the window,
  /// however many the gateway asks for.
  time_point free_at(time_point now, bool is_heartbeat = false);

  void record(time_point now, bool is_heartbeat = false) {
    sent_.push_back(now);
    (is_heartbeat ? beats_ : others_).push_back(now);
  }

  /// Sends that the window still permits to others than heartbeats.
  std::uint32_t budget(time_point now);

  /// How long it takes at least until `n` more sends have left.
  timespan wait_for(std::uint64_t n, time_point now);

  std::uint32_t reserve() const { return reserve_; }

private:
  void forget(time_point now);
  /// What is left to others than heartbeats.
  std::size_t room() const { return limit_ - reserve_; }

  std::deque<time_point> sent_;
  std::deque<time_point> beats_;
  std::deque<time_point> others_;
  std::uint32_t limit_;
  std::uint32_t reserve_ = 4;
  timespan span_;
};

} // namespace muster
