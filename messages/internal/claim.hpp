#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/timestamp.hpp>

#include "messages/optional.hpp"
#include "messages/shard_id.hpp"

namespace muster {

/// A process by the number that it drew at its start, as people see it: 16
/// hexadecimal digits.
std::string node_name(std::uint64_t node);

/// A claim of a shard, as each write of its owner names it: what another claim
/// has overtaken touches nothing (C1).
struct shard_owner {
  std::uint32_t shard = 0;
  /// The process, by the number that it drew at its start.
  std::uint64_t node = 0;
  /// Grows with each claim of the shard.
  std::uint64_t epoch = 0;
  /// Drawn for this claim alone.
  std::uint64_t token = 0;

  friend bool operator==(const shard_owner&, const shard_owner&) = default;
};

/// One of the texts that the books of a shard are made of.
struct cut_row {
  std::string key;
  /// None: there is no such row any longer.
  optional<std::string> text;

  friend bool operator==(const cut_row&, const cut_row&) = default;
};

/// How a shard is, for who looks at the store.
enum class shard_state : std::uint8_t {
  /// Nobody owns it.
  free,
  /// Claimed; there was no READY or RESUMED since.
  starting,
  connected,
  /// Between two connections, or ended for good.
  closed,
  /// Nobody may own it.
  unplaceable,
};

/// "free", "starting" ...
std::string to_string(shard_state x);

/// What an owner tells of its shard with a write.
struct shard_report {
  shard_state state = shard_state::starting;
  /// Of its startup.
  std::uint64_t guilds = 0;
  std::uint64_t guilds_complete = 0;
  /// When its session began, by the wall clock; none: there is no session.
  optional<caf::timestamp> session_at;
  /// After a wait it connects now, which counts (C5).
  bool begins = false;

  friend bool operator==(const shard_report&, const shard_report&) = default;
};

/// What the next owner of a shard goes on from: the state of its actor between
/// two messages (C6). A write of it holds what differs from the one before.
/// The texts are for shards to read; a store keeps them.
struct shard_cut {
  shard_owner owner;
  /// Grows with each write of the owner.
  std::uint64_t number = 0;
  /// None: as it was saved before. Empty: there is none.
  optional<std::string> session;
  /// The rows are all that there are; those from before are gone.
  bool whole = false;
  std::vector<cut_row> rows;
  /// None: as before.
  optional<shard_report> report;
};

/// A shard that has been claimed, with what its last owner has left.
struct claimed_shard {
  shard_cut cut;
  /// Who owned it before; none: nobody, ever.
  optional<std::uint64_t> from;
  /// Owners in a row that connected, and died before READY or RESUMED (C5).
  /// Who finds some is to wait, and counts when it says that it begins.
  std::uint32_t vain = 0;
};

/// What makes a shard the one that it is, wherever it runs: the half of its
/// configuration that can be stored and cross nodes.
struct shard_assignment {
  shard_id id;
  /// The bot's start.
  std::uint64_t start_id = 0;
  /// The claim, and what to go on from.
  shard_cut cut;
  std::string gateway_url;
  // The settings that change what a session or its books mean.
  std::uint32_t intents = 0;
  bool auto_chunk = false;
  bool chunk_presences = false;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_owner& x) {
  return f(caf::meta::type_name("shard_owner"), x.shard, x.node, x.epoch,
           x.token);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cut_row& x) {
  return f(caf::meta::type_name("cut_row"), x.key, x.text);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_cut& x) {
  return f(caf::meta::type_name("shard_cut"), x.owner, x.number, x.session,
           x.whole, x.rows, x.report);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_report& x) {
  return f(caf::meta::type_name("shard_report"), x.state, x.guilds,
           x.guilds_complete, x.session_at, x.begins);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, claimed_shard& x) {
  return f(caf::meta::type_name("claimed_shard"), x.cut, x.from, x.vain);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_assignment& x) {
  return f(caf::meta::type_name("shard_assignment"), x.id, x.start_id, x.cut,
           x.gateway_url, x.intents, x.auto_chunk, x.chunk_presences);
}

} // namespace muster
