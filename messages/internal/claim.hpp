#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/optional.hpp"
#include "messages/shard_id.hpp"

namespace muster {

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
           x.whole, x.rows);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_assignment& x) {
  return f(caf::meta::type_name("shard_assignment"), x.id, x.start_id, x.cut,
           x.gateway_url, x.intents, x.auto_chunk, x.chunk_presences);
}

} // namespace muster
