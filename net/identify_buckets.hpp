#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/timestamp.hpp>

#include "net/clock.hpp"

namespace muster {

/// Spaces identifies: one per interval in each of `max_concurrency` buckets,
/// within the daily budget. First come, first served within a bucket. A turn
/// holds when the store has granted the claim of it, since other processes of
/// the bot identify, too (C7). Pure.
/// Source: Events > Using Gateway > Sharding > Max Concurrency.
class identify_buckets {
public:
  /// Somebody's turn, to be claimed.
  struct turn {
    std::uint32_t shard = 0;
    std::uint32_t bucket = 0;
    /// The bucket's counter in the store, as far as is known, or `unknown`.
    std::uint64_t seen = 0;
    time_point at{};
  };

  /// No counter of a bucket: what has it is refused.
  static constexpr std::uint64_t unknown = UINT64_MAX;

  /// `interval` lies between two identifies of ours in one bucket; one of
  /// another process, which was seen and not made, counts `margin` longer.
  explicit identify_buckets(timespan interval, timespan margin = timespan{0})
      : interval_(interval), margin_(margin) {}

  /// From the REST API. Nothing is granted beyond `remaining` until
  /// `reset_after` has passed, for running out resets the bot's token; from
  /// then on the budget is refilled each day. A reset that is not announced
  /// (zero) is a day away.
  void set_limits(std::uint32_t max_concurrency, std::uint32_t remaining,
                  timespan reset_after, time_point now);

  void ask(std::uint32_t shard_index) { waiting_.push_back(shard_index); }
  void withdraw(std::uint32_t shard_index) {
    std::erase(waiting_, shard_index);
  }

  /// Whose turn it is now. Until it is claimed or refused, its bucket has no
  /// other.
  std::optional<turn> next(time_point now);

  /// The claim was granted; false if that came too late for an identify to be
  /// written in time: its shard is the next one then.
  bool claimed(const turn& x, std::uint64_t counter, time_point now);

  /// Another process was quicker, or nothing is left; its shard is the next
  /// one of its bucket.
  void refused(const turn& x, std::uint64_t counter, std::uint32_t remaining,
               time_point now);

  /// The store may have lost claims, and count others' by the same numbers: no
  /// bucket is claimed before it has been seen anew.
  void forget();

  /// From the sending of a claim to the writing of its IDENTIFY.
  static constexpr timespan claim_holds = std::chrono::milliseconds(500);

  /// When next() may give one; `never` when nobody waits.
  time_point due(time_point now) const;

  std::uint32_t remaining() const { return remaining_; }
  bool exhausted() const { return remaining_ == 0; }
  /// Somebody waits for a budget that has run out.
  bool starved() const { return exhausted() && !waiting_.empty(); }

  /// A sentence about that: how long and until when; `wall` is `now` by the
  /// wall clock.
  std::string starved_words(time_point now, caf::timestamp wall) const;

private:
  struct bucket {
    time_point free_at{};
    /// In the store.
    std::uint64_t seen = 0;
    /// A claim is under way.
    bool busy = false;
  };

  std::size_t bucket_of(std::uint32_t shard_index) const {
    return shard_index % buckets_.size();
  }
  bool is_free(const bucket& x, time_point now) const {
    return !x.busy && x.free_at <= now;
  }
  void refill(time_point now);
  /// Its claim has been answered; null if the buckets are others by now.
  bucket* answered(const turn& x, std::uint64_t counter);

  timespan interval_;
  timespan margin_;
  std::vector<bucket> buckets_{bucket{}};
  std::vector<std::uint32_t> waiting_; // shards, in the order of their asking
  std::uint32_t budget_ = 1000;        // the most that has been known to remain
  std::uint32_t remaining_ = budget_;
  time_point reset_at_ = never; // unknown: a day after the first grant
};

} // namespace muster
