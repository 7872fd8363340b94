#pragma once

#include <cstdint>
#include <optional>

#include "messages/internal/attempt.hpp"
#include "net/clock.hpp"

namespace muster {

/// The one timer of an actor for all that falls due. It is not taken back when
/// less falls due: who wakes too early sets it anew. Pure.
class wakeup {
public:
  /// The message that is to come at `due`; none if an earlier one will.
  std::optional<timer_tick> set(time_point due) {
    if (due >= set_)
      return std::nullopt;
    set_ = due;
    return timer_tick{++id_};
  }

  /// True if it is the latest that has come.
  bool rings(const timer_tick& x) {
    if (x.id != id_)
      return false;
    set_ = never;
    return true;
  }

private:
  time_point set_ = never;
  std::uint64_t id_ = 0;
};

} // namespace muster
