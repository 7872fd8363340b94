#pragma once

/// @file
/// What can be sent to muster's actors, and what they answer.
/// Threads: handles may be copied to and used by any.
/// Source: rules Q1 to Q14, S7, E1 to E7, B1.

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "messages/type_ids.hpp"

namespace muster {

/// What a bot sends, to one shard or to the router of all.
using shard_actor = caf::typed_actor<
    // One request, one answer (Q1-Q3); an error when it was refused (Q2).
    caf::replies_to<guild_members_request>::with<chunk_request_finished>,
    // The same, with the members sent to a receiver (Q12).
    caf::replies_to<stream_members_request>::with<chunk_request_finished>,
    // Withdraws a caller; errc::unknown_nonce when there is none (Q10).
    caf::reacts_to<cancel_request>,
    // Presence, voice state ...; answered when it is queued (Q11).
    caf::reacts_to<gateway_command>,
    // S1; answered when it is in force.
    caf::reacts_to<auto_chunk_request>,
    // S7.
    caf::replies_to<guild_state_request>::with<guild_state>,
    caf::replies_to<statistics_request>::with<statistics>,
    // Events to listeners (E1-E7).
    caf::reacts_to<subscribe_request>, caf::reacts_to<unsubscribe_request>>;

/// Takes requests by guild id and passes them to the shard that owns the
/// guild; stable while shards reconnect. The same messages as a shard's.
using router_actor = shard_actor;

/// Spaces the identifies of a bot's shards. A bot that has a queue of its own
/// for them gives muster such an actor in tracker::parts; one that refuses is
/// asked again, with backoff.
using identify_gate_actor = caf::typed_actor<
    caf::replies_to<identify_slot_request>::with<identify_slot>>;

} // namespace muster
