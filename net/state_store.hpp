#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include <caf/error.hpp>

#include "messages/internal/store.hpp"
#include "net/store_status.hpp"

namespace muster {

/// What outlasts a process: who owns which shard, what the next owner goes on
/// from, how far the start of the bot is, and who identified last. One call is
/// one transaction, and blocks until it holds. An error errc::store_away means
/// that it may be called again with the same argument; what came of it is
/// unknown then. Any other is for good. Calls may come from several threads.
class state_store {
public:
  virtual ~state_store() = default;

  /// True if a call may take long, so that it is for a thread of its own.
  virtual bool blocks() const = 0;

  /// A process is there, which owns nothing yet, and maybe a start of the bot
  /// begins: when nobody lives who has a shard, and no cut is younger than
  /// `fresh` (C8).
  virtual caf::error join(const join_store& x, joined_store& out) = 0;

  /// Gives those of the shards that are free (C1).
  virtual caf::error claim(const claim_shards& x, shards_claimed& out) = 0;

  /// What a write has come to.
  struct saved {
    /// False if another claim has overtaken its owner: nothing was written.
    bool holds = false;
    /// It settled the last shard of the start (E3).
    optional<finished_chunking> finished;
    /// Then all that has been in the start; else its number of news only.
    joined_store start;
  };

  /// Writes cuts, with what settles (C6, C8); one result each. The same write
  /// again, since nobody knows what came of it, has the same result.
  virtual caf::error save(const std::vector<save_cut>& all,
                          std::vector<saved>& out) = 0;

  /// An owner's last write, which frees the shard; its other rows stay what
  /// they are. `holds` is false if another claim has overtaken it (C4).
  virtual caf::error release(const shard_cut& x, saved& out) = 0;

  /// Writes the last cuts of a process, frees what it owned and forgets it
  /// (C4).
  virtual caf::error leave(const leave_store& x) = 0;

  /// Processes by their numbers, each with the counter of its lease.
  using lease_counters = std::map<std::uint64_t, std::uint64_t>;

  struct renewal {
    std::uint64_t node = 0;
    /// Held for dead, with the counters that have stood still.
    lease_counters dead;
    /// Of the last renewal.
    std::uint64_t news = 0;
  };

  struct renewed {
    /// False if others have held this process for dead: it is to join anew.
    bool known = false;
    /// What it owns.
    std::vector<shard_owner> own;
    lease_counters others;
    /// All that live, this one among them.
    std::vector<node_info> nodes;
    /// Those of the dead whose counters still stood there: what they owned is
    /// free.
    std::vector<std::uint64_t> buried;
    /// Grows with what is in a start.
    std::uint64_t news = 0;
    /// What has been in this one, also by others (C8); none if there are no
    /// news.
    optional<joined_store> start;
    /// Identifies of this day; none: not known.
    optional<std::uint32_t> identifies_left;
  };

  /// Counts the lease of a process up, and forgets the dead (C2). Waits for no
  /// other call.
  virtual caf::error renew(const renewal& x, renewed& out) = 0;

  /// Whether a process is to have no shards; errc::unknown_node if there is no
  /// such process.
  virtual caf::error drain(std::uint64_t node, bool draining) = 0;

  /// What is there, for who only looks.
  virtual caf::error look(store_status& out) = 0;

  /// Grants an identify if the bucket's counter has not moved and the budget
  /// has something left (C7). The budget is the smaller of what was counted
  /// here and what the REST API says; that alone when it knew of all claims.
  virtual caf::error claim_identify(const claim_identify& x,
                                    identify_claimed& out) = 0;

  static constexpr caf::timespan fresh = std::chrono::minutes(3);

protected:
  /// An error if `x` does not fit a process that lives (C15).
  static caf::error refuse_unfit(std::uint32_t shard_count,
                                 std::uint32_t intents, const join_store& x);
};

} // namespace muster
