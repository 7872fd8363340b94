#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/event.hpp"
#include "messages/internal/claim.hpp"
#include "messages/internal/fleet.hpp"
#include "messages/internal/node.hpp"
#include "messages/optional.hpp"

namespace muster {

// What a supervisor, its shards and the identify gate ask of the store, by way
// of the store_keeper. A node is a process.

/// A process is there; begins a start of the bot if there is nothing to go on
/// from (C8). Refused if it does not fit those that live (C15).
struct join_store {
  std::uint64_t node = 0;
  /// The number of the start, if this begins one.
  std::uint64_t start_id = 0;
  /// Of the bot.
  std::uint32_t shard_count = 0;
  std::uint32_t intents = 0;
  /// Those whose startups make the bot's (E3).
  std::vector<std::uint32_t> shards;
  /// For so long nobody joins a store that is not the one that it was (C3).
  caf::timespan node_timeout{0};
  /// What others are to see of it.
  node_info info = {};
};

struct joined_store {
  std::uint64_t start_id = 0;
  /// What has been in this start, for listeners that come late (E4).
  std::vector<shard_finished_chunking> finished_shards;
  optional<finished_chunking> finished;
  /// Grows with what is in it.
  std::uint64_t news = 0;
};

/// Asks for shards; gives those that were free, or that name this node.
struct claim_shards {
  std::uint64_t node = 0;
  /// Drawn for this claim: the same again is the same claim, since nobody knows
  /// what came of it.
  std::uint64_t token = 0;
  std::vector<std::uint32_t> shards;
  /// It takes no more than so many of them.
  std::uint32_t most = UINT32_MAX;
};

struct shards_claimed {
  /// What has been in this start by now.
  joined_store start;
  /// Each with the number of its last write.
  std::vector<claimed_shard> shards;
};

/// An owner's write, maybe with the end of its startup.
struct save_cut {
  shard_cut cut;
  optional<shard_settled> settled;
};

struct cut_saved {
  /// False when another claim has overtaken this one: nothing was written.
  bool holds = false;
};

/// Tells the supervisor that a startup has ended, now that this holds.
struct startup_recorded {
  shard_settled settled;
  /// If it was the last one's (E3), all that has been in the start; else its
  /// number of news only.
  joined_store start;
};

/// Tells the supervisor that another claim has overtaken this one.
struct claim_lost {
  shard_owner owner;
};

/// Tells the supervisor that the store refuses for good what must be written.
struct store_lost {
  std::string reason;
};

/// The last write of an owner, which frees the shard (C4).
struct release_shard {
  shard_cut cut;
};

/// A process ends, and with it its claims.
struct leave_store {
  std::uint64_t node = 0;
  /// The last writes of its shards.
  std::vector<shard_cut> cuts;
};

struct left_store {};

/// Asks for the right to identify in a bucket, which was free when its counter
/// stood at `seen` (C7).
struct claim_identify {
  std::uint32_t bucket = 0;
  /// 0: nobody has identified in it, as far as is known.
  std::uint64_t seen = 0;
  /// Left by the REST API's last answer, without what was claimed since.
  std::uint32_t remaining = 0;
  /// Claims of the whole bot that this answer knew of.
  std::uint64_t known_claims = 0;
};

struct identify_claimed {
  bool granted = false;
  /// Of the bucket, now.
  std::uint64_t counter = 0;
  /// Identifies that are left today.
  std::uint32_t remaining = 0;
  /// Claims of the whole bot.
  std::uint64_t claims = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, join_store& x) {
  return f(caf::meta::type_name("join_store"), x.node, x.start_id,
           x.shard_count, x.intents, x.shards, x.node_timeout, x.info);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, joined_store& x) {
  return f(caf::meta::type_name("joined_store"), x.start_id, x.finished_shards,
           x.finished, x.news);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, claim_shards& x) {
  return f(caf::meta::type_name("claim_shards"), x.node, x.token, x.shards,
           x.most);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shards_claimed& x) {
  return f(caf::meta::type_name("shards_claimed"), x.start, x.shards);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, save_cut& x) {
  return f(caf::meta::type_name("save_cut"), x.cut, x.settled);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cut_saved& x) {
  return f(caf::meta::type_name("cut_saved"), x.holds);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, startup_recorded& x) {
  return f(caf::meta::type_name("startup_recorded"), x.settled, x.start);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, claim_lost& x) {
  return f(caf::meta::type_name("claim_lost"), x.owner);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, store_lost& x) {
  return f(caf::meta::type_name("store_lost"), x.reason);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, release_shard& x) {
  return f(caf::meta::type_name("release_shard"), x.cut);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, leave_store& x) {
  return f(caf::meta::type_name("leave_store"), x.node, x.cuts);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, left_store&) {
  return f(caf::meta::type_name("left_store"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, claim_identify& x) {
  return f(caf::meta::type_name("claim_identify"), x.bucket, x.seen,
           x.remaining, x.known_claims);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, identify_claimed& x) {
  return f(caf::meta::type_name("identify_claimed"), x.granted, x.counter,
           x.remaining, x.claims);
}

} // namespace muster
