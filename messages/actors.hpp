#pragma once

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

/// What the supervisor adds to the router.
using supervisor_actor = router_actor::extend<
    caf::replies_to<start_request>::with<started>,
    caf::replies_to<stop_request>::with<stopped>,
    // The REST API's answer, from the I/O thread.
    caf::reacts_to<gateway_answer>,
    // From its shards, to be passed on in this order (E4).
    caf::reacts_to<chunk_request_finished>,
    caf::reacts_to<shard_finished_chunking>, caf::reacts_to<shard_settled>,
    caf::reacts_to<shard_progress>, caf::reacts_to<shard_ready>,
    caf::reacts_to<shard_resumed>, caf::reacts_to<shard_disconnected>,
    caf::reacts_to<timer_tick>>;

/// What a shard hears from its supervisor, connection and requests.
using shard_internal_actor = shard_actor::extend<
    caf::reacts_to<start_request>, caf::replies_to<stop_request>::with<stopped>,
    caf::reacts_to<connection_opened>, caf::reacts_to<frame_received>,
    caf::reacts_to<payload_written>, caf::reacts_to<connection_closed>,
    caf::reacts_to<credit_available>,
    // From its chunk_request actors. quiet_check is answered by a message of
    // its own, since the answer may have to wait.
    caf::reacts_to<quiet_check>, caf::reacts_to<ask_again>,
    caf::reacts_to<request_ended>, caf::reacts_to<timer_tick>>;

/// Collects the chunks of one request and ends itself.
using chunk_request_actor = caf::typed_actor<
    caf::replies_to<join_request>::with<chunk_request_finished>,
    caf::reacts_to<withdraw_request>, caf::reacts_to<end_request>,
    caf::reacts_to<attempt_written>, caf::reacts_to<attempt_refused>,
    caf::reacts_to<attempt_lost>, caf::reacts_to<attempt_resumed>,
    caf::reacts_to<chunk_received>, caf::reacts_to<quiet_report>,
    caf::reacts_to<release_request>, caf::reacts_to<shard_lost>,
    caf::reacts_to<timer_tick>>;

/// Spaces the identifies of all shards of the bot.
using identify_gate_actor = caf::typed_actor<
    caf::replies_to<identify_slot_request>::with<identify_slot>,
    caf::reacts_to<identify_limits>, caf::reacts_to<timer_tick>>;

} // namespace muster
