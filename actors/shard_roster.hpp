#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/error.hpp>

#include "actors/restart_budget.hpp"
#include "messages/internal/actors.hpp"
#include "messages/internal/claim.hpp"
#include "messages/internal/peer.hpp"
#include "net/clock.hpp"

namespace muster {

/// The shards that a supervisor runs, and which of them still live. Used by
/// the supervisor only.
class shard_roster {
public:
  std::uint32_t size() const {
    return static_cast<std::uint32_t>(entries_.size());
  }
  /// Those whose session has ended for good.
  std::vector<std::uint32_t> ended() const;
  /// Of the bot, wherever they run.
  std::uint32_t shard_count() const { return shard_count_; }
  void set_shard_count(std::uint32_t n) { shard_count_ = n; }

  /// These shards are run here, once they have been claimed.
  void plan(const std::vector<std::uint32_t>& indexes);
  std::vector<std::uint32_t> planned() const;
  /// What those that run were claimed by.
  std::vector<shard_owner> claims() const;
  /// Those that take requests.
  std::vector<shard_epoch> running() const;
  /// The way to one of them; null if it is none. `why` is set if it has ended
  /// for good.
  shard_located find(std::uint32_t index, caf::error& why) const;
  /// Those of its own that do not run: by a claim of which it has not learned,
  /// or since their actor has died.
  std::vector<std::uint32_t>
  strays(const std::vector<shard_owner>& owned) const;
  /// Those of them that do not run, nor have ended for good.
  std::vector<std::uint32_t> unclaimed() const;
  /// The one of `guild` is among these, so that its requests are for later.
  bool awaits_owner_of(snowflake guild) const;

  /// A shard has been started, maybe not for the first time.
  void started(const shard_owner& claim, shard_internal_actor handle);
  /// It is on its way to another process: requests for it wait.
  void leaves(std::uint32_t index);
  /// It has not: its actor has died.
  void stays(std::uint32_t index);
  /// Who runs it, or null.
  shard_internal_actor handle_of(std::uint32_t index) const;
  /// It has gone there.
  void left(const shard_owner& claim);
  /// It has been connected under this claim.
  void connected(std::uint32_t index);
  /// Those that run and have not been, yet.
  std::uint32_t opening() const;

  /// Its actor has died, so that what it went on from is doubtful.
  bool has_fallen(std::uint32_t index) const;
  /// Another process has claimed it; gives who ran under this claim, or null.
  shard_internal_actor overtaken(const shard_owner& claim);
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
      if (!x.ended && !x.gone)
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
    shard_owner claim;
    bool ended = false;
    bool gone = true;
    bool fallen = false;
    bool leaving = false;
    bool released = false;
    bool connected = false;
    restart_budget restarts;

    bool unclaimed() const { return gone && !ended && !leaving; }
    bool takes_requests() const { return !gone && !ended && !leaving; }
  };

  std::map<std::uint32_t, entry> entries_;
  std::uint32_t shard_count_ = 0;
};

} // namespace muster
