#pragma once

#include <cstdint>
#include <map>

#include "net/clock.hpp"
#include "net/state_store.hpp"

namespace muster {

/// When a process renews its lease, and which others are dead by theirs (C2).
/// Pure; all times are of one clock that runs on while the machine sleeps.
class lease_clock {
public:
  using counters = state_store::lease_counters;

  explicit lease_clock(timespan timeout) : timeout_(timeout) {}

  /// Longest wait for what has to answer before a renewal.
  timespan interval() const { return timeout_ / 3; }

  /// A renewal that was sent at `sent` has come back, with the counters of the
  /// others.
  void renewed(const counters& others, time_point sent, time_point received);

  /// What began at `asked` could not be sent, or nobody knows what came of it.
  /// Who waited in vain for an answer has waited enough.
  void failed(time_point asked, time_point now);

  /// Who has not counted up for a whole timeout while nothing failed here.
  counters dead(time_point now) const;

  /// Its counter has moved twice since it was first seen; once, the last write
  /// of a dead one may do that.
  bool lives(std::uint64_t node) const {
    auto i = watches_.find(node);
    return i != watches_.end() && i->second.moves > 1;
  }

  /// There may be news: soon, but not at once again and again.
  void hurry(time_point now);

  /// When to renew: each third of the timeout, with others at least each 1.5 s,
  /// soon after one that failed, and when somebody else's time is up.
  time_point due() const;

private:
  struct watch {
    std::uint64_t counter = 0;
    /// When it was first seen there.
    time_point since{};
    unsigned moves = 0;
  };

  timespan timeout_;
  std::map<std::uint64_t, watch> watches_;
  time_point renewed_at_ = never;
  time_point asked_at_{};
  time_point due_{};
};

} // namespace muster
