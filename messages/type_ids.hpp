#pragma once

/// @file
/// The names that CAF sends messages by.
/// Threads: constants.
/// Source: CAF > Type Inspection.

#include <caf/type_id.hpp>

#include "messages/event.hpp"
#include "messages/identify.hpp"
#include "messages/node_event.hpp"
#include "messages/request.hpp"
#include "messages/status.hpp"
#include "messages/subscription.hpp"

// What bots and muster send each other. The order is part of the wire format
// between nodes: append, never insert.
CAF_BEGIN_TYPE_ID_BLOCK(muster, caf::first_custom_type_id)

// values inside messages
CAF_ADD_TYPE_ID(muster, (muster::snowflake))
CAF_ADD_TYPE_ID(muster, (muster::shard_id))
CAF_ADD_TYPE_ID(muster, (muster::frozen_buffer))
CAF_ADD_TYPE_ID(muster, (muster::member_list))
CAF_ADD_TYPE_ID(muster, (muster::presence_list))
CAF_ADD_TYPE_ID(muster, (muster::latency))

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

// appended
CAF_ADD_TYPE_ID(muster, (muster::identify_slot_request))
CAF_ADD_TYPE_ID(muster, (muster::identify_slot))
CAF_ADD_TYPE_ID(muster, (muster::shard_moved))
CAF_ADD_TYPE_ID(muster, (muster::node_joined))
CAF_ADD_TYPE_ID(muster, (muster::node_left))
CAF_ADD_TYPE_ID(muster, (muster::events_missed))

CAF_END_TYPE_ID_BLOCK(muster)
