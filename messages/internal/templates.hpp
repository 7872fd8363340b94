#pragma once

#include <caf/detail/tuple_vals.hpp>
#include <caf/detail/type_erased_value_impl.hpp>

#include "messages/internal/type_ids.hpp"

// Whoever sends a message makes what CAF writes, reads, copies and shows it
// with: half of what a unit of actors would compile to. It is made once, in
// templates.cpp. What is not listed here works all the same.

#ifndef MUSTER_TEMPLATE
#define MUSTER_TEMPLATE extern template class
#endif

#define MUSTER_MESSAGE(name)                                                   \
  MUSTER_TEMPLATE                                                              \
  caf::detail::tuple_vals_impl<caf::detail::message_data, muster::name>;       \
  MUSTER_TEMPLATE                                                              \
  caf::detail::tuple_vals_impl<caf::type_erased_tuple, muster::name>;          \
  MUSTER_TEMPLATE caf::detail::tuple_vals<muster::name>;                       \
  MUSTER_TEMPLATE caf::detail::type_erased_value_impl<muster::name>;

MUSTER_MESSAGE(guild_members_request)
MUSTER_MESSAGE(stream_members_request)
MUSTER_MESSAGE(cancel_request)
MUSTER_MESSAGE(gateway_command)
MUSTER_MESSAGE(auto_chunk_request)
MUSTER_MESSAGE(guild_state_request)
MUSTER_MESSAGE(guild_state)
MUSTER_MESSAGE(statistics_request)
MUSTER_MESSAGE(statistics)
MUSTER_MESSAGE(subscribe_request)
MUSTER_MESSAGE(unsubscribe_request)
MUSTER_MESSAGE(chunk_request_finished)
MUSTER_MESSAGE(shard_finished_chunking)
MUSTER_MESSAGE(finished_chunking)
MUSTER_MESSAGE(guild_members_chunk)
MUSTER_MESSAGE(chunking_progress)
MUSTER_MESSAGE(dispatch)
MUSTER_MESSAGE(shard_ready)
MUSTER_MESSAGE(shard_resumed)
MUSTER_MESSAGE(shard_disconnected)
MUSTER_MESSAGE(identify_slot_request)
MUSTER_MESSAGE(identify_slot)
MUSTER_MESSAGE(shard_moved)
MUSTER_MESSAGE(node_joined)
MUSTER_MESSAGE(node_left)
MUSTER_MESSAGE(events_missed)

MUSTER_MESSAGE(start_request)
MUSTER_MESSAGE(started)
MUSTER_MESSAGE(stop_request)
MUSTER_MESSAGE(stopped)
MUSTER_MESSAGE(gateway_answer)
MUSTER_MESSAGE(identify_limits)
MUSTER_MESSAGE(shard_settled)
MUSTER_MESSAGE(shard_progress)
MUSTER_MESSAGE(attempt_news)
MUSTER_MESSAGE(chunk_received)
MUSTER_MESSAGE(join_request)
MUSTER_MESSAGE(withdraw_request)
MUSTER_MESSAGE(end_request)
MUSTER_MESSAGE(quiet_check)
MUSTER_MESSAGE(quiet_report)
MUSTER_MESSAGE(ask_again)
MUSTER_MESSAGE(request_ended)
MUSTER_MESSAGE(release_request)
MUSTER_MESSAGE(shard_lost)
MUSTER_MESSAGE(timer_tick)
MUSTER_MESSAGE(connection_opened)
MUSTER_MESSAGE(frame_received)
MUSTER_MESSAGE(payload_written)
MUSTER_MESSAGE(connection_closed)
MUSTER_MESSAGE(credit_available)
MUSTER_MESSAGE(identify_limits_request)
MUSTER_MESSAGE(locate_gateway_request)
MUSTER_MESSAGE(gateway_located)
MUSTER_MESSAGE(join_store)
MUSTER_MESSAGE(joined_store)
MUSTER_MESSAGE(claim_shards)
MUSTER_MESSAGE(shards_claimed)
MUSTER_MESSAGE(save_cut)
MUSTER_MESSAGE(cut_saved)
MUSTER_MESSAGE(startup_recorded)
MUSTER_MESSAGE(claim_lost)
MUSTER_MESSAGE(leave_store)
MUSTER_MESSAGE(left_store)
MUSTER_MESSAGE(claim_identify)
MUSTER_MESSAGE(identify_claimed)
MUSTER_MESSAGE(store_lost)
MUSTER_MESSAGE(hold_lease)
MUSTER_MESSAGE(lease_held)
MUSTER_MESSAGE(alive_check)
MUSTER_MESSAGE(io_alive)
MUSTER_MESSAGE(lease_renewed)
MUSTER_MESSAGE(lease_lapsed)
MUSTER_MESSAGE(lease_lost)
MUSTER_MESSAGE(lease_state)
MUSTER_MESSAGE(release_shard)
MUSTER_MESSAGE(called_request)
MUSTER_MESSAGE(locate_shard)
MUSTER_MESSAGE(shard_located)
MUSTER_MESSAGE(shards_here)
MUSTER_MESSAGE(shards_there)
MUSTER_MESSAGE(peer_dialed)
MUSTER_MESSAGE(peer_unreachable)
MUSTER_MESSAGE(peer_guest)
MUSTER_MESSAGE(peer_hello)
MUSTER_MESSAGE(peer_welcome)
MUSTER_MESSAGE(peer_shards)
MUSTER_MESSAGE(peer_call)
MUSTER_MESSAGE(peer_answer)
MUSTER_MESSAGE(peer_wish)
MUSTER_MESSAGE(peer_event)
MUSTER_MESSAGE(peer_mark)
MUSTER_MESSAGE(peer_parcel)
MUSTER_MESSAGE(peer_piece)
MUSTER_MESSAGE(peer_credit)
MUSTER_MESSAGE(peer_listens)
MUSTER_MESSAGE(peer_nudge)
MUSTER_MESSAGE(look_now)
MUSTER_MESSAGE(shard_standing_request)
MUSTER_MESSAGE(shard_standing)
MUSTER_MESSAGE(fleet_standing_request)
MUSTER_MESSAGE(fleet_standing)
MUSTER_MESSAGE(overview_request)
MUSTER_MESSAGE(overview_text)

#undef MUSTER_MESSAGE
#undef MUSTER_TEMPLATE
