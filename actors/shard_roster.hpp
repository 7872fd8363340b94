#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include <caf/actor_addr.hpp>
#include <caf/error.hpp>

#include "actors/restart_budget.hpp"
#include "messages/internal/actors.hpp"
#include "net/clock.hpp"

namespace muster {

/// The shards that a supervisor runs, and which of them still live. Used by
/// the supervisor only.
class shard_roster {
public:
  bool empty() const { return entries_.empty(); }
  std::uint32_t size() const {
    return static_cast<std::uint32_t>(entries_.size());
  }
  /// Of the bot, wherever they run.
  std::uint32_t shard_count() const { return shard_count_; }
  void set_shard_count(std::uint32_t n) { shard_count_ = n; }

  /// A shard has been started, maybe not for the first time.
  void started(std::uint32_t index, shard_internal_actor handle);
  /// Its session has ended for good.
  void ended(std::uint32_t index);

  /// An actor has died.
  struct fallen {
    std::uint32_t index = 0;
    /// It may be started again (F1).
    bool again = false;
  };
  /// None when it was no shard, or its session had ended.
  std::optional<fallen> down(const caf::actor_addr& who, time_point now);

  /// Who takes requests for `guild`; or null and an error with its mend.
  shard_internal_actor owner_of(snowflake guild, caf::error& why) const;

  /// Calls `f(index, handle)` for each shard whose session has not ended.
  template <class F>
  void for_each_open(F f) const {
    for (auto& [index, x] : entries_)
      if (!x.ended)
        f(index, x.handle);
  }

  /// The same for each whose actor lives: it may have requests to end.
  template <class F>
  void for_each_alive(F f) const {
    for (auto& [index, x] : entries_)
      if (!x.gone)
        f(index, x.handle);
  }

  void clear() { entries_.clear(); }

private:
  struct entry {
    shard_internal_actor handle;
    bool ended = false;
    bool gone = false;
    restart_budget restarts;
  };

  std::map<std::uint32_t, entry> entries_;
  std::uint32_t shard_count_ = 0;
};

} // namespace muster
