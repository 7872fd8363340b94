#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <caf/timestamp.hpp>
#include <nlohmann/json_fwd.hpp>

#include "net/clock.hpp"
#include "net/postgres_database.hpp"
#include "net/state_store.hpp"

namespace muster {

/// A store in a PostgreSQL database, for processes on any number of machines.
/// That a process is dead is told by the counter of its lease alone. Each call
/// is one round trip and ends in time, whatever becomes of the server: within
/// 8 s, a renewal of a lease within 3 s, or a third of the node timeout if
/// that is less. One process has one of these; the database may hold several
/// bots, and poolers may stand before it.
class postgres_store final : public state_store {
public:
  /// Connects with the first call. `bot` tells bots apart; look() finds the
  /// only one if it is empty, which is to be the first call then. `now` is the
  /// clock of the store; without one it is the server's, which is the same for
  /// all processes.
  postgres_store(const postgres_url& url, std::string bot,
                 std::function<caf::timestamp()> now = {});

  bool blocks() const override { return true; }
  caf::error join(const join_store& x, joined_store& out) override;
  caf::error claim(const claim_shards& x, shards_claimed& out) override;
  caf::error save(const std::vector<save_cut>& all,
                  std::vector<saved>& out) override;
  caf::error release(const shard_cut& x, saved& out) override;
  caf::error leave(const leave_store& x) override;
  caf::error renew(const renewal& x, renewed& out) override;
  caf::error drain(std::uint64_t node, bool draining) override;
  caf::error look(store_status& out) override;
  caf::error claim_identify(const muster::claim_identify& x,
                            identify_claimed& out) override;

private:
  using json = nlohmann::json;

  /// What each function is told: the bot, the identity of the store that this
  /// process has joined, the time if it is not the server's.
  json arguments() const;
  /// Calls a function; `read` takes its answer, and may throw what json does.
  caf::error call(const char* function, const json& args,
                  const std::function<void(const json&)>& read);

  // -- postgres_leases.cpp: who joins, lives, and only looks ------------------
  /// How long is still to be waited until the store at a place may be used.
  timespan wait_for(const json& place, timespan wait);
  postgres_limits lease_limits() const;
  caf::error find_bot(const json& found);

  // -- postgres_shards.cpp ----------------------------------------------------
  static json write(const shard_cut& x);
  static json write(const save_cut& x);
  static void read(const json& x, joined_store& out);
  static claimed_shard read_claim(const json& x, std::uint64_t node);

  /// Found by look() if it was empty.
  std::string bot_;
  const std::function<caf::timestamp()> now_;
  std::mutex mutex_;
  postgres_database database_;
  /// A place that is not the one that the store was made for, and since when
  /// that is known (C3).
  std::optional<std::pair<std::string, time_point>> strange_;
  /// Leases have a connection of their own, so that they wait for no writing.
  std::mutex lease_mutex_;
  postgres_database lease_database_;
  const postgres_url url_;
  // Of the last join.
  mutable std::mutex joined_mutex_;
  std::string id_;
  timespan node_timeout_{0};
};

} // namespace muster
