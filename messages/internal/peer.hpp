#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/event.hpp"
#include "messages/optional.hpp"
#include "messages/request.hpp"
#include "messages/status.hpp"
#include "messages/subscription.hpp"

namespace muster {

// Between the processes of a bot, and between a supervisor, its peers and its
// calls. A link is drawn anew for each time that two processes find each other:
// what bears another one is dropped, so that nothing of an old connection, or
// for another process at the same address, is taken for news.

/// A request under the number that its caller has drawn: the same again is the
/// same request, whoever runs its shard by now (C12).
struct called_request {
  /// Not 0.
  std::uint64_t call = 0;
  /// The caller is in another process.
  bool remote = false;
  guild_members_request request;
  /// Is streamed its members if it is not null (Q12).
  caf::actor receiver = {};
};

/// Who runs a shard, and by which link it is reached; all 0: nobody, as far as
/// is known.
struct shard_route {
  std::uint64_t node = 0;
  std::uint64_t epoch = 0;
  /// 0: it is this process.
  std::uint64_t link = 0;

  friend bool operator==(const shard_route&, const shard_route&) = default;
};

/// Asks the supervisor for the shard of a guild; answered with an error if it
/// does not run in this process.
struct locate_shard {
  snowflake guild_id;
};

/// Where a shard is: itself or a peer, which take the same messages; null:
/// nobody runs it, as far as is known.
struct shard_located {
  caf::actor owner;
  shard_route route;
};

struct shard_epoch {
  std::uint32_t shard = 0;
  std::uint64_t epoch = 0;

  friend bool operator==(const shard_epoch&, const shard_epoch&) = default;
};

/// Tells a peer what this process runs.
struct shards_here {
  std::vector<shard_epoch> shards;
  bool leaving = false;
};

/// Tells the supervisor what another process runs.
struct shards_there {
  std::uint64_t node = 0;
  /// 0: it is not reached.
  std::uint64_t link = 0;
  std::vector<shard_epoch> shards;
  bool leaving = false;
};

/// The other process has been dialed; who stands at its door.
struct peer_dialed {
  caf::strong_actor_ptr door;
};

struct peer_unreachable {
  std::string reason;
};

/// Somebody has come through the door.
struct peer_guest {
  std::uint64_t node = 0;
  std::uint64_t link = 0;
  caf::strong_actor_ptr remote;
};

// -- over the wire ------------------------------------------------------------

/// To the door of another process: who comes, whom it looks for.
struct peer_hello {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::uint64_t link = 0;
};

/// The link holds, on the side that was dialed; its sender is the peer.
struct peer_welcome {
  std::uint64_t link = 0;
};

struct peer_shards {
  std::uint64_t link = 0;
  std::vector<shard_epoch> shards;
  /// It has been told to stop.
  bool leaving = false;
};

/// Asks something of a shard there; one of these.
struct peer_call {
  std::uint64_t link = 0;
  std::uint64_t number = 0;
  optional<called_request> request;
  /// The members that it brings are streamed to who asks.
  bool stream = false;
  optional<cancel_request> cancel;
  optional<guild_state_request> look;
  optional<gateway_command> command;
};

struct peer_answer {
  std::uint64_t link = 0;
  std::uint64_t number = 0;
  /// An errc; 0: there is none.
  std::uint8_t error = 0;
  std::string sentence;
  optional<chunk_request_finished> end;
  optional<guild_state> state;
};

/// There is something in the store that is not to wait until they look: a shard
/// is free, or the last one has settled.
struct peer_nudge {
  /// 0: from the supervisor.
  std::uint64_t link = 0;
};

/// What listeners there want of the events that are told here (C13).
struct peer_wish {
  std::uint64_t link = 0;
  std::uint32_t events = 0;
  /// Gateway events by name, sorted (E7).
  std::vector<std::string> dispatches = {};
  /// Bytes of members and dispatches that each shard holds until they can be
  /// sent; 0 stands for the setting (B1).
  std::uint64_t bound = 0;
  /// What is beyond that is dropped, and does not stop the shard's reading.
  bool drops = false;

  bool bulk() const {
    return (events & event_bit::guild_members_chunk) != 0
           || !dispatches.empty();
  }

  friend bool operator==(const peer_wish&, const peer_wish&) = default;
};

/// An event of a shard; one of these.
struct peer_event {
  std::uint64_t link = 0;
  std::uint32_t shard = 0;
  /// Of those of this shard that were told here, whether there was a link or
  /// not; 0: it is not counted (C9).
  std::uint64_t number = 0;
  optional<chunk_request_finished> request;
  optional<shard_finished_chunking> startup;
  optional<shard_ready> ready;
  optional<shard_resumed> resumed;
  optional<shard_disconnected> disconnected;
  optional<shard_moved> moved;
  /// Of all of its shards.
  optional<chunking_progress> progress;
};

/// So many events of a shard have been told there, before what comes next.
struct peer_mark {
  std::uint64_t link = 0;
  std::uint32_t shard = 0;
  std::uint64_t number = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, called_request& x) {
  return f(caf::meta::type_name("called_request"), x.call, x.remote, x.request,
           x.receiver);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_route& x) {
  return f(caf::meta::type_name("shard_route"), x.node, x.epoch, x.link);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, locate_shard& x) {
  return f(caf::meta::type_name("locate_shard"), x.guild_id);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_located& x) {
  return f(caf::meta::type_name("shard_located"), x.owner, x.route);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_epoch& x) {
  return f(caf::meta::type_name("shard_epoch"), x.shard, x.epoch);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shards_here& x) {
  return f(caf::meta::type_name("shards_here"), x.shards, x.leaving);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shards_there& x) {
  return f(caf::meta::type_name("shards_there"), x.node, x.link, x.shards,
           x.leaving);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_dialed& x) {
  return f(caf::meta::type_name("peer_dialed"), x.door);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_unreachable& x) {
  return f(caf::meta::type_name("peer_unreachable"), x.reason);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_guest& x) {
  return f(caf::meta::type_name("peer_guest"), x.node, x.link, x.remote);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_hello& x) {
  return f(caf::meta::type_name("peer_hello"), x.from, x.to, x.link);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_welcome& x) {
  return f(caf::meta::type_name("peer_welcome"), x.link);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_shards& x) {
  return f(caf::meta::type_name("peer_shards"), x.link, x.shards, x.leaving);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_call& x) {
  return f(caf::meta::type_name("peer_call"), x.link, x.number, x.request,
           x.stream, x.cancel, x.look, x.command);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_answer& x) {
  return f(caf::meta::type_name("peer_answer"), x.link, x.number, x.error,
           x.sentence, x.end, x.state);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_nudge& x) {
  return f(caf::meta::type_name("peer_nudge"), x.link);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_wish& x) {
  return f(caf::meta::type_name("peer_wish"), x.link, x.events, x.dispatches,
           x.bound, x.drops);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_event& x) {
  return f(caf::meta::type_name("peer_event"), x.link, x.shard, x.number,
           x.request, x.startup, x.ready, x.resumed, x.disconnected, x.moved,
           x.progress);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, peer_mark& x) {
  return f(caf::meta::type_name("peer_mark"), x.link, x.shard, x.number);
}

} // namespace muster
