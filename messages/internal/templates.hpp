#pragma once

#include <caf/detail/tuple_vals.hpp>
#include <caf/detail/type_erased_value_impl.hpp>
#include <caf/error.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/system_messages.hpp>

#include "messages/internal/type_ids.hpp"

// Whoever sends a message makes what CAF holds, writes, reads, copies and shows
// it with: half of what a unit of actors would compile to. It is made once, in
// templates.cpp, or where members and chunks do not pass in rare_templates.cpp.
// What is not listed here works all the same.
//
// A mailbox_element_vals as CAF 0.17 has it cannot be made whole: its dispose()
// calls a deref() that it does not have. Nobody calls dispose(); declared as a
// specialization, and defined nowhere, it is left out.

#ifndef MUSTER_TEMPLATE
#define MUSTER_TEMPLATE extern template class
#endif
#ifndef MUSTER_RARE_TEMPLATE
#define MUSTER_RARE_TEMPLATE extern template class
#endif

#define MUSTER_INSTANTIATE(how, type)                                          \
  template <>                                                                  \
  void caf::mailbox_element_vals<type>::dispose() noexcept;                    \
  how caf::detail::tuple_vals_impl<caf::detail::message_data, type>;           \
  how caf::detail::tuple_vals_impl<caf::type_erased_tuple, type>;              \
  how caf::mailbox_element_vals<type>;                                         \
  how caf::detail::tuple_vals<type>;                                           \
  how caf::detail::type_erased_value_impl<type>;
#define MUSTER_MESSAGE(name) MUSTER_INSTANTIATE(MUSTER_TEMPLATE, muster::name)
#define MUSTER_RARE_MESSAGE(name)                                              \
  MUSTER_INSTANTIATE(MUSTER_RARE_TEMPLATE, muster::name)

// What every unit sends that answers a request.
MUSTER_INSTANTIATE(MUSTER_RARE_TEMPLATE, caf::error)
MUSTER_INSTANTIATE(MUSTER_RARE_TEMPLATE, caf::exit_msg)

MUSTER_MESSAGE(guild_members_request)
MUSTER_MESSAGE(stream_members_request)
MUSTER_MESSAGE(cancel_request)
MUSTER_RARE_MESSAGE(gateway_command)
MUSTER_RARE_MESSAGE(auto_chunk_request)
MUSTER_RARE_MESSAGE(guild_state_request)
MUSTER_RARE_MESSAGE(guild_state)
MUSTER_RARE_MESSAGE(statistics_request)
MUSTER_RARE_MESSAGE(statistics)
MUSTER_RARE_MESSAGE(subscribe_request)
MUSTER_RARE_MESSAGE(unsubscribe_request)
MUSTER_MESSAGE(chunk_request_finished)
MUSTER_MESSAGE(shard_finished_chunking)
MUSTER_RARE_MESSAGE(finished_chunking)
MUSTER_MESSAGE(guild_members_chunk)
MUSTER_MESSAGE(chunking_progress)
MUSTER_MESSAGE(dispatch)
MUSTER_RARE_MESSAGE(shard_ready)
MUSTER_RARE_MESSAGE(shard_resumed)
MUSTER_RARE_MESSAGE(shard_disconnected)
MUSTER_RARE_MESSAGE(identify_slot_request)
MUSTER_RARE_MESSAGE(identify_slot)
MUSTER_RARE_MESSAGE(shard_moved)
MUSTER_RARE_MESSAGE(node_joined)
MUSTER_RARE_MESSAGE(node_left)
MUSTER_RARE_MESSAGE(events_missed)

MUSTER_RARE_MESSAGE(start_request)
MUSTER_RARE_MESSAGE(started)
MUSTER_RARE_MESSAGE(stop_request)
MUSTER_RARE_MESSAGE(stopped)
MUSTER_RARE_MESSAGE(gateway_answer)
MUSTER_RARE_MESSAGE(identify_limits)
MUSTER_RARE_MESSAGE(shard_settled)
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
MUSTER_RARE_MESSAGE(shard_lost)
MUSTER_MESSAGE(timer_tick)
MUSTER_RARE_MESSAGE(connection_opened)
MUSTER_MESSAGE(frame_received)
MUSTER_MESSAGE(payload_written)
MUSTER_RARE_MESSAGE(connection_closed)
MUSTER_MESSAGE(credit_available)
MUSTER_RARE_MESSAGE(identify_limits_request)
MUSTER_RARE_MESSAGE(locate_gateway_request)
MUSTER_RARE_MESSAGE(gateway_located)
MUSTER_RARE_MESSAGE(join_store)
MUSTER_RARE_MESSAGE(joined_store)
MUSTER_RARE_MESSAGE(claim_shards)
MUSTER_RARE_MESSAGE(shards_claimed)
MUSTER_MESSAGE(save_cut)
MUSTER_MESSAGE(cut_saved)
MUSTER_RARE_MESSAGE(startup_recorded)
MUSTER_RARE_MESSAGE(claim_lost)
MUSTER_RARE_MESSAGE(leave_store)
MUSTER_RARE_MESSAGE(left_store)
MUSTER_RARE_MESSAGE(claim_identify)
MUSTER_RARE_MESSAGE(identify_claimed)
MUSTER_RARE_MESSAGE(store_lost)
MUSTER_RARE_MESSAGE(hold_lease)
MUSTER_RARE_MESSAGE(lease_held)
MUSTER_RARE_MESSAGE(alive_check)
MUSTER_RARE_MESSAGE(io_alive)
MUSTER_RARE_MESSAGE(lease_renewed)
MUSTER_RARE_MESSAGE(lease_lapsed)
MUSTER_RARE_MESSAGE(lease_lost)
MUSTER_RARE_MESSAGE(lease_state)
MUSTER_RARE_MESSAGE(release_shard)
MUSTER_MESSAGE(called_request)
MUSTER_RARE_MESSAGE(locate_shard)
MUSTER_RARE_MESSAGE(shard_located)
MUSTER_RARE_MESSAGE(shards_here)
MUSTER_RARE_MESSAGE(shards_there)
MUSTER_RARE_MESSAGE(peer_dialed)
MUSTER_RARE_MESSAGE(peer_unreachable)
MUSTER_RARE_MESSAGE(peer_guest)
MUSTER_RARE_MESSAGE(peer_hello)
MUSTER_RARE_MESSAGE(peer_welcome)
MUSTER_RARE_MESSAGE(peer_shards)
MUSTER_MESSAGE(peer_call)
MUSTER_MESSAGE(peer_answer)
MUSTER_RARE_MESSAGE(peer_wish)
MUSTER_MESSAGE(peer_event)
MUSTER_MESSAGE(peer_mark)
MUSTER_MESSAGE(peer_parcel)
MUSTER_MESSAGE(peer_piece)
MUSTER_MESSAGE(peer_credit)
MUSTER_RARE_MESSAGE(peer_listens)
MUSTER_RARE_MESSAGE(peer_nudge)
MUSTER_RARE_MESSAGE(look_now)
MUSTER_RARE_MESSAGE(shard_standing_request)
MUSTER_RARE_MESSAGE(shard_standing)
MUSTER_RARE_MESSAGE(fleet_standing_request)
MUSTER_RARE_MESSAGE(fleet_standing)
MUSTER_RARE_MESSAGE(overview_request)
MUSTER_RARE_MESSAGE(overview_text)

#undef MUSTER_RARE_MESSAGE
#undef MUSTER_MESSAGE
#undef MUSTER_INSTANTIATE
#undef MUSTER_RARE_TEMPLATE
#undef MUSTER_TEMPLATE
