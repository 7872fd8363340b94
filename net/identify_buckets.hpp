#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/timestamp.hpp>

#include "net/clock.hpp"

namespace muster {

/// Spaces identifies: one per interval in each of `max_concurrency` buckets,
/// within the daily budget. First come, first served within a bucket.
/// Source: Events > Using Gateway > Sharding > Max Concurrency.
class identify_buckets {
public:
  explicit identify_buckets(timespan interval) : interval_(interval) {}

  /// From the REST API. Nothing is granted beyond `remaining` until
  /// `reset_after` has passed, for running out resets the bot's token; from
  /// then on the budget is refilled each day. A reset that is not announced
  /// (zero) is a day away.
  void set_limits(std::uint32_t max_concurrency, std::uint32_t remaining,
                  timespan reset_after, time_point now);

  void ask(std::uint32_t shard_index) { waiting_.push_back(shard_index); }

  /// A shard that may identify now.
  std::optional<std::uint32_t> grant(time_point now);

  /// When grant() may next give one; `never` when nobody waits.
  time_point due(time_point now) const;

  std::uint32_t remaining() const { return remaining_; }
  bool exhausted() const { return remaining_ == 0; }
  /// Somebody waits for a budget that has run out.
  bool starved() const { return exhausted() && !waiting_.empty(); }

  /// A sentence about that: how long and until when; `wall` is `now` by the
  /// wall clock.
  std::string starved_words(time_point now, caf::timestamp wall) const;

private:
  std::size_t bucket_of(std::uint32_t shard_index) const {
    return shard_index % free_at_.size();
  }
  void refill(time_point now);

  timespan interval_;
  std::vector<time_point> free_at_{time_point{}}; // of each bucket
  std::vector<std::uint32_t> waiting_; // shards, in the order of their asking
  std::uint32_t budget_ = 1000;        // the most that has been known to remain
  std::uint32_t remaining_ = budget_;
  time_point reset_at_ = never; // unknown: a day after the first grant
};

} // namespace muster
