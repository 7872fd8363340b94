#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "actors/progress_estimate.hpp"
#include "messages/event.hpp"
#include "messages/internal/fleet.hpp"
#include "net/clock.hpp"

namespace muster {

/// Adds the figures of `x`, but for the times.
void add_counts(chunking_progress& sum, const chunking_progress& x);

/// How far the startup of the bot is, from what its shards tell (E6). Pure.
class fleet_progress {
public:
  void update(const shard_progress& x, time_point now);
  /// A shard has ended: it is waited for no more.
  void ended(std::uint32_t index) { shards_[index].ended = true; }
  /// It goes on elsewhere.
  void left(std::uint32_t index) { shards_.erase(index); }
  /// A shard begins.
  void begin(std::uint32_t index) { shards_[index] = shard{}; }

  /// The sum, with an estimate of the time left where there is one.
  chunking_progress sum(std::uint64_t start_id, time_point now);

private:
  struct shard {
    std::optional<shard_progress> latest;
    time_point told_at{};
    bool ended = false;
  };

  std::map<std::uint32_t, shard> shards_;
  progress_estimate estimate_;
};

} // namespace muster
