#pragma once

#include <cstdint>
#include <string>

#include <caf/meta/type_name.hpp>

#include "messages/event.hpp"
#include "messages/internal/peer.hpp"
#include "messages/optional.hpp"
#include "messages/subscription.hpp"

namespace muster {

// What is too much for a link to be sent as it comes: it goes in pieces, and
// only so far as the other side has given credit for (C13). Each shard has a
// lane of its own, so that one which is not taken up there stops no other.

/// Of a peer_piece: of no shard, but answers with many members.
constexpr std::uint32_t answer_lane = UINT32_MAX;

/// What is put into pieces; one of these.
struct peer_parcel {
  /// The number of the call that it is for; 0: for who listens.
  std::uint64_t call = 0;
  optional<guild_members_chunk> members;
  optional<dispatch> event;
  optional<peer_answer> answer;
};

/// A piece of a parcel, in order.
struct peer_piece {
  std::uint64_t link = 0;
  /// The index of a shard, or answer_lane.
  std::uint32_t lane = 0;
  /// Others of the same parcel follow.
  bool more = false;
  std::string bytes;
};

/// So many bytes more may be sent.
struct peer_credit {
  std::uint64_t link = 0;
  std::uint32_t lane = 0;
  /// In this lane: what was sent before is held no longer.
  std::uint64_t taken = 0;
  /// In all of them: what was sent before has come.
  std::uint64_t received = 0;
};

/// Tells a shard what a peer wants for listeners in another process. It is no
/// listener of this one (C10).
struct peer_listens {
  subscribe_request wish;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_parcel& x) {
  return f(caf::meta::type_name("peer_parcel"), x.call, x.members, x.event,
           x.answer);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_piece& x) {
  return f(caf::meta::type_name("peer_piece"), x.link, x.lane, x.more, x.bytes);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_credit& x) {
  return f(caf::meta::type_name("peer_credit"), x.link, x.lane, x.taken,
           x.received);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_listens& x) {
  return f(caf::meta::type_name("peer_listens"), x.wish);
}

} // namespace muster
