#pragma once

#include <caf/type_id.hpp>

#include "messages/attempt.hpp"
#include "messages/event.hpp"
#include "messages/fleet.hpp"
#include "messages/link.hpp"
#include "messages/request.hpp"
#include "messages/status.hpp"
#include "messages/subscription.hpp"

// The one list of what is sent between actors. The order is part of the wire
// format between nodes: append, never insert.
CAF_BEGIN_TYPE_ID_BLOCK(muster, caf::first_custom_type_id)

// values inside messages
CAF_ADD_TYPE_ID(muster, (muster::snowflake))
CAF_ADD_TYPE_ID(muster, (muster::shard_id))
CAF_ADD_TYPE_ID(muster, (muster::frozen_buffer))
CAF_ADD_TYPE_ID(muster, (muster::member_list))
CAF_ADD_TYPE_ID(muster, (muster::presence_list))
CAF_ADD_TYPE_ID(muster, (muster::latency))
CAF_ADD_TYPE_ID(muster, (muster::gateway_info))

// requests
CAF_ADD_TYPE_ID(muster, (muster::guild_members_request))
CAF_ADD_TYPE_ID(muster, (muster::stream_members_request))
CAF_ADD_TYPE_ID(muster, (muster::cancel_request))
CAF_ADD_TYPE_ID(muster, (muster::gateway_command))
CAF_ADD_TYPE_ID(muster, (muster::auto_chunk_request))
CAF_ADD_TYPE_ID(muster, (muster::guild_state_request))
CAF_ADD_TYPE_ID(muster, (muster::guild_state))
CAF_ADD_TYPE_ID(muster, (muster::statistics_request))
CAF_ADD_TYPE_ID(muster, (muster::statistics))
CAF_ADD_TYPE_ID(muster, (muster::subscribe_request))
CAF_ADD_TYPE_ID(muster, (muster::unsubscribe_request))

// events
CAF_ADD_TYPE_ID(muster, (muster::chunk_request_finished))
CAF_ADD_TYPE_ID(muster, (muster::shard_finished_chunking))
CAF_ADD_TYPE_ID(muster, (muster::finished_chunking))
CAF_ADD_TYPE_ID(muster, (muster::guild_members_chunk))
CAF_ADD_TYPE_ID(muster, (muster::chunking_progress))
CAF_ADD_TYPE_ID(muster, (muster::dispatch))
CAF_ADD_TYPE_ID(muster, (muster::shard_ready))
CAF_ADD_TYPE_ID(muster, (muster::shard_resumed))
CAF_ADD_TYPE_ID(muster, (muster::shard_disconnected))

// between supervisor, shards and identify gate
CAF_ADD_TYPE_ID(muster, (muster::start_request))
CAF_ADD_TYPE_ID(muster, (muster::started))
CAF_ADD_TYPE_ID(muster, (muster::stop_request))
CAF_ADD_TYPE_ID(muster, (muster::stopped))
CAF_ADD_TYPE_ID(muster, (muster::gateway_answer))
CAF_ADD_TYPE_ID(muster, (muster::identify_slot_request))
CAF_ADD_TYPE_ID(muster, (muster::identify_slot))
CAF_ADD_TYPE_ID(muster, (muster::identify_limits))
CAF_ADD_TYPE_ID(muster, (muster::shard_settled))
CAF_ADD_TYPE_ID(muster, (muster::shard_progress))

// between a shard and its chunk_requests
CAF_ADD_TYPE_ID(muster, (muster::attempt_written))
CAF_ADD_TYPE_ID(muster, (muster::attempt_refused))
CAF_ADD_TYPE_ID(muster, (muster::attempt_lost))
CAF_ADD_TYPE_ID(muster, (muster::attempt_resumed))
CAF_ADD_TYPE_ID(muster, (muster::chunk_received))
CAF_ADD_TYPE_ID(muster, (muster::join_request))
CAF_ADD_TYPE_ID(muster, (muster::withdraw_request))
CAF_ADD_TYPE_ID(muster, (muster::end_request))
CAF_ADD_TYPE_ID(muster, (muster::quiet_check))
CAF_ADD_TYPE_ID(muster, (muster::quiet_report))
CAF_ADD_TYPE_ID(muster, (muster::ask_again))
CAF_ADD_TYPE_ID(muster, (muster::request_ended))
CAF_ADD_TYPE_ID(muster, (muster::release_request))
CAF_ADD_TYPE_ID(muster, (muster::shard_lost))
CAF_ADD_TYPE_ID(muster, (muster::timer_tick))

// between a connection and its shard
CAF_ADD_TYPE_ID(muster, (muster::connection_opened))
CAF_ADD_TYPE_ID(muster, (muster::frame_received))
CAF_ADD_TYPE_ID(muster, (muster::payload_written))
CAF_ADD_TYPE_ID(muster, (muster::connection_closed))
CAF_ADD_TYPE_ID(muster, (muster::credit_available))

CAF_END_TYPE_ID_BLOCK(muster)
