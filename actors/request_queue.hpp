#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>

#include "actors/request_entry.hpp"
#include "net/clock.hpp"
#include "net/guild_cooldown.hpp"

namespace muster {

/// Requests that wait for their turn: the user's before the startup's, by
/// rank, then as they came (Q9, S7). Whole lists also wait for their guild's
/// cooldown and for room on the wire, and other requests pass them (Q6, Q7).
/// Suspects of the startup come after all others, and none goes out with
/// another (Q13).
/// Pure; an entry outlives its place in the queue.
class request_queue {
public:
  /// Which requests may be taken.
  struct filter {
    bool startup = true;
    bool whole_lists = true;
    /// The wire is empty, as suspects need it (Q13).
    bool suspects = true;
  };

  explicit request_queue(const guild_cooldown& cooldown)
      : cooldown_(cooldown) {}

  /// `x` waits from now on, and until `not_before` at least.
  void add(request_entry& x, time_point not_before);

  /// Does nothing when `x` does not wait here.
  void remove(request_entry& x);

  /// Takes out the first request that may go now, or gives null.
  request_entry* take(filter which, time_point now);

  /// When take() may give one that it does not give now.
  time_point due() const {
    return delayed_.empty() ? never : delayed_.begin()->first;
  }

  std::size_t size() const {
    return lists_.size() + others_.size() + delayed_.size();
  }

private:
  // Class of priority, rank, order of arrival.
  using key = std::tuple<int, std::uint64_t, std::uint64_t>;
  using line = std::map<key, request_entry*>;

  static key key_of(const request_entry& x);
  line& line_of(const request_entry& x) {
    return x.whole_list ? lists_ : others_;
  }
  void wake(time_point now);
  request_entry* head(line& from, bool startup_too, time_point now);

  const guild_cooldown& cooldown_;
  line lists_;
  line others_;
  std::multimap<time_point, request_entry*> delayed_;
};

} // namespace muster
