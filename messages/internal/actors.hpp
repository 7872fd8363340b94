#pragma once

#include "messages/actors.hpp"
#include "messages/internal/templates.hpp"

namespace muster {

/// What the supervisor adds to the router.
using supervisor_actor = router_actor::extend<
    caf::replies_to<start_request>::with<started>,
    caf::replies_to<stop_request>::with<stopped>,
    // The REST API's answer, from the I/O thread.
    caf::reacts_to<gateway_answer>,
    // From its shards, to be passed on in this order (E4).
    caf::reacts_to<chunk_request_finished>, caf::reacts_to<shard_progress>,
    caf::reacts_to<shard_ready>, caf::reacts_to<shard_resumed>,
    caf::reacts_to<shard_disconnected>,
    // From the store_keeper.
    caf::reacts_to<startup_recorded>, caf::reacts_to<claim_lost>,
    caf::reacts_to<store_lost>,
    // From the lease_keeper, and from the I/O thread.
    caf::reacts_to<alive_check>, caf::reacts_to<io_alive>,
    caf::reacts_to<lease_renewed>, caf::reacts_to<lease_lapsed>,
    caf::reacts_to<lease_lost>,
    // From who watches the process.
    caf::replies_to<fleet_standing_request>::with<fleet_standing>,
    // The gateway's address and limits are asked for anew.
    caf::reacts_to<locate_gateway_request>,
    caf::replies_to<identify_limits_request>::with<identify_limits>,
    // From its peers, and from the door of this process.
    caf::replies_to<locate_shard>::with<shard_located>,
    caf::reacts_to<shards_there>, caf::reacts_to<peer_guest>,
    caf::reacts_to<look_now>, caf::reacts_to<peer_event>,
    caf::reacts_to<events_missed>, caf::reacts_to<timer_tick>>;

/// What a shard hears from its supervisor, connection and requests.
using shard_internal_actor = shard_actor::extend<
    caf::replies_to<called_request>::with<chunk_request_finished>,
    caf::replies_to<shard_standing_request>::with<shard_standing>,
    caf::reacts_to<start_request>, caf::reacts_to<peer_listens>,
    // Answered when its connection has ended, with what is left.
    caf::replies_to<stop_request>::with<shard_cut>,
    caf::reacts_to<connection_opened>, caf::reacts_to<frame_received>,
    caf::reacts_to<payload_written>, caf::reacts_to<connection_closed>,
    caf::reacts_to<credit_available>, caf::reacts_to<gateway_located>,
    caf::reacts_to<alive_check>, caf::reacts_to<lease_state>,
    // From its chunk_request actors. quiet_check is answered by a message of
    // its own, since the answer may have to wait.
    caf::reacts_to<quiet_check>, caf::reacts_to<ask_again>,
    caf::reacts_to<request_ended>, caf::reacts_to<timer_tick>>;

/// Collects the chunks of one request; ends when its shard has taken note of
/// that request's end.
using chunk_request_actor = caf::typed_actor<
    caf::replies_to<join_request>::with<chunk_request_finished>,
    caf::reacts_to<withdraw_request>, caf::reacts_to<end_request>,
    caf::reacts_to<attempt_news>, caf::reacts_to<chunk_received>,
    caf::reacts_to<quiet_report>, caf::reacts_to<release_request>,
    caf::reacts_to<shard_lost>, caf::reacts_to<timer_tick>>;

/// The gate that muster brings: spaces the identifies of all shards of the
/// bot, wherever they run.
using own_identify_gate_actor =
    identify_gate_actor::extend<caf::reacts_to<identify_limits>,
                                // What it knows of the store no longer holds.
                                caf::replies_to<lease_lost>::with<void>,
                                caf::reacts_to<timer_tick>>;

/// What a peer hears of the one in the other process.
using link_actor =
    caf::typed_actor<caf::reacts_to<peer_welcome>, caf::reacts_to<peer_shards>,
                     caf::reacts_to<peer_call>, caf::reacts_to<peer_answer>,
                     caf::reacts_to<peer_wish>, caf::reacts_to<peer_event>,
                     caf::reacts_to<peer_mark>, caf::reacts_to<peer_nudge>,
                     caf::reacts_to<peer_piece>, caf::reacts_to<peer_credit>>;

/// Another process of the bot, with which it shares the shards: stands for
/// those that run there.
using peer_actor = link_actor::extend<
    // Asked of a shard there; an error errc::link_lost when nobody knows what
    // came of it.
    caf::replies_to<called_request>::with<chunk_request_finished>,
    caf::reacts_to<cancel_request>,
    caf::replies_to<guild_state_request>::with<guild_state>,
    caf::reacts_to<gateway_command>,
    // From the supervisor, which sends its peers what listeners here want, too.
    caf::reacts_to<shards_here>, caf::reacts_to<peer_guest>,
    // And who they are, if they want much.
    caf::reacts_to<subscribe_request>, caf::reacts_to<unsubscribe_request>,
    caf::replies_to<statistics_request>::with<statistics>,
    // From the supervisor, whose listener it is for those there.
    caf::reacts_to<chunk_request_finished>,
    caf::reacts_to<shard_finished_chunking>, caf::reacts_to<chunking_progress>,
    caf::reacts_to<shard_ready>, caf::reacts_to<shard_resumed>,
    caf::reacts_to<shard_disconnected>, caf::reacts_to<shard_moved>,
    // From shards, which it listens to for those there.
    caf::reacts_to<guild_members_chunk>, caf::reacts_to<dispatch>,
    // From those whom calls there stream their members to; and when a listener
    // here has caught up.
    caf::reacts_to<peer_parcel>, caf::reacts_to<credit_available>,
    // From who dials.
    caf::reacts_to<peer_dialed>, caf::reacts_to<peer_unreachable>,
    caf::reacts_to<timer_tick>>;

/// Stands for a shard that may run in any process.
using shard_proxy_actor = caf::typed_actor<
    caf::replies_to<called_request>::with<chunk_request_finished>,
    caf::reacts_to<cancel_request>,
    caf::replies_to<guild_state_request>::with<guild_state>,
    caf::reacts_to<gateway_command>,
    // From the supervisor, when there is another way to it.
    caf::reacts_to<shard_located>, caf::reacts_to<timer_tick>>;

/// Tells who watches how the bot stands, and hears what a listener does.
using overview_actor = caf::typed_actor<
    caf::replies_to<overview_request>::with<overview_text>,
    caf::reacts_to<chunk_request_finished>,
    caf::reacts_to<shard_finished_chunking>, caf::reacts_to<finished_chunking>,
    caf::reacts_to<chunking_progress>, caf::reacts_to<shard_ready>,
    caf::reacts_to<shard_resumed>, caf::reacts_to<shard_disconnected>,
    caf::reacts_to<shard_moved>, caf::reacts_to<node_joined>,
    caf::reacts_to<node_left>, caf::reacts_to<unsubscribe_request>>;

/// Hears who comes from other processes, and nothing else.
using door_actor = caf::typed_actor<caf::reacts_to<peer_hello>>;

/// Renews the lease of the process, from the first hold_lease on.
using lease_keeper_actor =
    caf::typed_actor<caf::replies_to<hold_lease>::with<lease_held>,
                     caf::reacts_to<look_now>, caf::reacts_to<timer_tick>>;

/// Carries out what is asked of the store, one after the other, for as long as
/// it takes.
using store_keeper_actor =
    caf::typed_actor<caf::replies_to<join_store>::with<joined_store>,
                     caf::replies_to<claim_shards>::with<shards_claimed>,
                     // Answered after the supervisor has been told what came of
                     // it.
                     caf::replies_to<save_cut>::with<cut_saved>,
                     caf::replies_to<release_shard>::with<cut_saved>,
                     caf::replies_to<leave_store>::with<left_store>,
                     caf::replies_to<claim_identify>::with<identify_claimed>,
                     caf::reacts_to<timer_tick>>;

} // namespace muster
