#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <caf/timestamp.hpp>

#include "net/clock.hpp"
#include "net/node_lock.hpp"
#include "net/sqlite_file.hpp"
#include "net/state_store.hpp"

namespace SQLite {
class Statement;
} // namespace SQLite

namespace muster {

/// A store in an SQLite file, for the processes of one machine. A process that
/// has ended is known to be dead by its lock, so that nobody waits for what it
/// owned. One process has one of these; the file may hold several bots.
class sqlite_store final : public state_store {
public:
  /// The file is opened with the first call. `bot` tells bots apart; look()
  /// finds the only one if it is empty. `now` is the wall clock.
  sqlite_store(std::string path, std::string bot,
               std::function<caf::timestamp()> now = caf::make_timestamp);

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
  /// Runs `f`, which may throw what SQLite throws, in one transaction; its
  /// error undoes it.
  caf::error transact(const std::function<caf::error()>& f);
  SQLite::Statement prepare(const char* text);
  SQLite::Statement prepare(sqlite_file& file, const char* text);
  std::int64_t now_ms() const;

  // -- sqlite_store.cpp: processes and identifies -----------------------------
  /// Forgets the processes that have ended, but not `node`; `out` shows them.
  void bury_the_dead(sqlite_file& file, std::uint64_t node,
                     std::list<death_certificate>& out);
  caf::error check_fit(const join_store& x);

  // -- sqlite_leases.cpp: who lives, which file it is, and who looks ----------
  void count_up(const renewal& x, renewed& out);
  /// Errc::store_away for as long as `wait` from the first time if the file is
  /// not where it was (C3).
  caf::error recognize(timespan wait);
  /// An error if another one has been written over it.
  caf::error check_identity();
  /// An error that names those that there are, if the bot is none of them.
  caf::error find_bot(sqlite_file& file);
  /// All that are there, with what they own.
  std::vector<node_info> list_nodes(sqlite_file& file);
  /// Those that live.
  void list_nodes(sqlite_file& file, store_status& out);
  void list_shards(sqlite_file& file, store_status& out);

  // -- sqlite_shards.cpp: shards and the bot's start --------------------------
  bool is_over(std::uint64_t node);
  void begin(const join_store& x);
  void count(const join_store& x);
  void tell(sqlite_file& file, joined_store& out);
  /// True if the shard was free, or named this process.
  bool take(std::uint32_t shard, const claim_shards& x);
  /// True if it was taken by this claim; `out` is given whose it was.
  bool find_claim(std::uint32_t shard, const claim_shards& x,
                  claimed_shard& out);
  shard_cut read_cut(std::uint32_t shard);
  bool write(const shard_cut& x);
  void write_rows(const shard_cut& x);
  std::uint64_t news();
  void settle(const shard_settled& x);
  /// True if the start of the bot has ended with this write of a shard, now or
  /// when it was made before.
  bool finish(const shard_cut& by);
  optional<finished_chunking> result(sqlite_file& file);

  std::mutex mutex_;
  sqlite_file file_;
  std::string bot_;
  std::function<caf::timestamp()> now_;
  node_lock lock_;
  /// Drawn for the file.
  std::uint64_t id_ = 0;
  /// When it was found to be a copy.
  std::optional<time_point> strange_since_;
  /// Of those that this transaction forgets.
  std::list<death_certificate> deaths_;
  /// Leases have a connection of their own, so that they wait for no writing.
  std::mutex lease_mutex_;
  sqlite_file lease_file_;
};

} // namespace muster
