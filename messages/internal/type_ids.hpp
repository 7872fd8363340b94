#pragma once

#include <caf/type_id.hpp>

#include "messages/gateway_info.hpp"
#include "messages/internal/attempt.hpp"
#include "messages/internal/bulk.hpp"
#include "messages/internal/fleet.hpp"
#include "messages/internal/lease.hpp"
#include "messages/internal/link.hpp"
#include "messages/internal/peer.hpp"
#include "messages/internal/standing.hpp"
#include "messages/internal/store.hpp"
#include "messages/type_ids.hpp"

// What muster's own actors send each other. The order is part of the wire
// format between nodes: append, never insert. The block before has room to
// grow.
CAF_BEGIN_TYPE_ID_BLOCK(muster_internal, caf::first_custom_type_id + 100)

CAF_ADD_TYPE_ID(muster_internal, (muster::gateway_info))

// between supervisor, shards and identify gate
CAF_ADD_TYPE_ID(muster_internal, (muster::start_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::started))
CAF_ADD_TYPE_ID(muster_internal, (muster::stop_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::stopped))
CAF_ADD_TYPE_ID(muster_internal, (muster::gateway_answer))
CAF_ADD_TYPE_ID(muster_internal, (muster::identify_limits))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_settled))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_progress))

// between a shard and its chunk_requests
CAF_ADD_TYPE_ID(muster_internal, (muster::patience))
CAF_ADD_TYPE_ID(muster_internal, (muster::attempt_news))
CAF_ADD_TYPE_ID(muster_internal, (muster::chunk_received))
CAF_ADD_TYPE_ID(muster_internal, (muster::join_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::withdraw_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::end_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::quiet_check))
CAF_ADD_TYPE_ID(muster_internal, (muster::quiet_report))
CAF_ADD_TYPE_ID(muster_internal, (muster::ask_again))
CAF_ADD_TYPE_ID(muster_internal, (muster::request_ended))
CAF_ADD_TYPE_ID(muster_internal, (muster::release_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_lost))
CAF_ADD_TYPE_ID(muster_internal, (muster::timer_tick))

// between a connection and its shard
CAF_ADD_TYPE_ID(muster_internal, (muster::connection_opened))
CAF_ADD_TYPE_ID(muster_internal, (muster::frame_received))
CAF_ADD_TYPE_ID(muster_internal, (muster::payload_written))
CAF_ADD_TYPE_ID(muster_internal, (muster::connection_closed))
CAF_ADD_TYPE_ID(muster_internal, (muster::credit_available))

// appended
CAF_ADD_TYPE_ID(muster_internal, (muster::identify_limits_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::locate_gateway_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::gateway_located))

// of the store
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_owner))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_cut))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_assignment))
CAF_ADD_TYPE_ID(muster_internal, (muster::join_store))
CAF_ADD_TYPE_ID(muster_internal, (muster::joined_store))
CAF_ADD_TYPE_ID(muster_internal, (muster::claim_shards))
CAF_ADD_TYPE_ID(muster_internal, (muster::shards_claimed))
CAF_ADD_TYPE_ID(muster_internal, (muster::save_cut))
CAF_ADD_TYPE_ID(muster_internal, (muster::cut_saved))
CAF_ADD_TYPE_ID(muster_internal, (muster::startup_recorded))
CAF_ADD_TYPE_ID(muster_internal, (muster::claim_lost))
CAF_ADD_TYPE_ID(muster_internal, (muster::leave_store))
CAF_ADD_TYPE_ID(muster_internal, (muster::left_store))
CAF_ADD_TYPE_ID(muster_internal, (muster::claim_identify))
CAF_ADD_TYPE_ID(muster_internal, (muster::identify_claimed))
CAF_ADD_TYPE_ID(muster_internal, (muster::cut_row))
CAF_ADD_TYPE_ID(muster_internal, (muster::store_lost))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_report))
CAF_ADD_TYPE_ID(muster_internal, (muster::claimed_shard))

// of the lease
CAF_ADD_TYPE_ID(muster_internal, (muster::hold_lease))
CAF_ADD_TYPE_ID(muster_internal, (muster::lease_held))
CAF_ADD_TYPE_ID(muster_internal, (muster::alive_check))
CAF_ADD_TYPE_ID(muster_internal, (muster::io_alive))
CAF_ADD_TYPE_ID(muster_internal, (muster::lease_renewed))
CAF_ADD_TYPE_ID(muster_internal, (muster::lease_lapsed))
CAF_ADD_TYPE_ID(muster_internal, (muster::lease_lost))
CAF_ADD_TYPE_ID(muster_internal, (muster::lease_state))

// between nodes
CAF_ADD_TYPE_ID(muster_internal, (muster::node_info))
CAF_ADD_TYPE_ID(muster_internal, (muster::release_shard))
CAF_ADD_TYPE_ID(muster_internal, (muster::called_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_route))
CAF_ADD_TYPE_ID(muster_internal, (muster::locate_shard))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_located))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_epoch))
CAF_ADD_TYPE_ID(muster_internal, (muster::shards_here))
CAF_ADD_TYPE_ID(muster_internal, (muster::shards_there))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_dialed))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_unreachable))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_guest))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_hello))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_welcome))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_shards))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_call))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_answer))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_wish))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_event))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_mark))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_parcel))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_piece))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_credit))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_listens))
CAF_ADD_TYPE_ID(muster_internal, (muster::peer_nudge))
CAF_ADD_TYPE_ID(muster_internal, (muster::look_now))

// for who watches the process
CAF_ADD_TYPE_ID(muster_internal, (muster::distribution))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_standing_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::shard_standing))
CAF_ADD_TYPE_ID(muster_internal, (muster::fleet_standing_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::fleet_standing))
CAF_ADD_TYPE_ID(muster_internal, (muster::node_standing))
CAF_ADD_TYPE_ID(muster_internal, (muster::overview_request))
CAF_ADD_TYPE_ID(muster_internal, (muster::overview_text))

CAF_END_TYPE_ID_BLOCK(muster_internal)

static_assert(caf::id_block::muster::end
              <= caf::id_block::muster_internal::begin);
