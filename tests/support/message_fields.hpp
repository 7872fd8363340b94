#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>

#include "messages/internal/type_ids.hpp"

namespace muster::test {

/// How many fields each type of the block has. A type without a number, or
/// with a wrong one, does not compile.
template <class T>
constexpr std::size_t fields_of = 99;

template <>
constexpr std::size_t fields_of<snowflake> = 1;
template <>
constexpr std::size_t fields_of<shard_id> = 2;
template <>
constexpr std::size_t fields_of<frozen_buffer> = 0;
template <>
constexpr std::size_t fields_of<member_list> = 3;
template <>
constexpr std::size_t fields_of<presence_list> = 2;
template <>
constexpr std::size_t fields_of<latency> = 5;
template <>
constexpr std::size_t fields_of<gateway_info> = 6;

template <>
constexpr std::size_t fields_of<guild_members_request> = 12;
template <>
constexpr std::size_t fields_of<stream_members_request> = 2;
template <>
constexpr std::size_t fields_of<cancel_request> = 2;
template <>
constexpr std::size_t fields_of<gateway_command> = 3;
template <>
constexpr std::size_t fields_of<auto_chunk_request> = 2;
template <>
constexpr std::size_t fields_of<guild_state_request> = 1;
template <>
constexpr std::size_t fields_of<guild_state> = 5;
template <>
constexpr std::size_t fields_of<statistics_request> = 0;
template <>
constexpr std::size_t fields_of<statistics> = 30;
template <>
constexpr std::size_t fields_of<distribution> = 2;
template <>
constexpr std::size_t fields_of<shard_standing_request> = 1;
template <>
constexpr std::size_t fields_of<shard_standing> = 6;
template <>
constexpr std::size_t fields_of<fleet_standing_request> = 1;
template <>
constexpr std::size_t fields_of<fleet_standing> = 14;
template <>
constexpr std::size_t fields_of<node_standing> = 4;
template <>
constexpr std::size_t fields_of<overview_request> = 0;
template <>
constexpr std::size_t fields_of<overview_text> = 1;
template <>
constexpr std::size_t fields_of<subscribe_request> = 6;
template <>
constexpr std::size_t fields_of<unsubscribe_request> = 1;

template <>
constexpr std::size_t fields_of<chunk_request_finished> = 13;
template <>
constexpr std::size_t fields_of<shard_finished_chunking> = 6;
template <>
constexpr std::size_t fields_of<finished_chunking> = 4;
template <>
constexpr std::size_t fields_of<guild_members_chunk> = 9;
template <>
constexpr std::size_t fields_of<chunking_progress> = 10;
template <>
constexpr std::size_t fields_of<dispatch> = 5;
template <>
constexpr std::size_t fields_of<shard_ready> = 5;
template <>
constexpr std::size_t fields_of<shard_resumed> = 3;
template <>
constexpr std::size_t fields_of<shard_moved> = 5;
template <>
constexpr std::size_t fields_of<shard_disconnected> = 6;

template <>
constexpr std::size_t fields_of<start_request> = 0;
template <>
constexpr std::size_t fields_of<started> = 1;
template <>
constexpr std::size_t fields_of<stop_request> = 3;
template <>
constexpr std::size_t fields_of<stopped> = 0;
template <>
constexpr std::size_t fields_of<gateway_answer> = 3;
template <>
constexpr std::size_t fields_of<identify_slot_request> = 1;
template <>
constexpr std::size_t fields_of<identify_slot> = 1;
template <>
constexpr std::size_t fields_of<identify_limits> = 3;
template <>
constexpr std::size_t fields_of<shard_settled> = 5;
template <>
constexpr std::size_t fields_of<shard_progress> = 4;

template <>
constexpr std::size_t fields_of<patience> = 3;
template <>
constexpr std::size_t fields_of<attempt_news> = 3;
template <>
constexpr std::size_t fields_of<chunk_received> = 8;
template <>
constexpr std::size_t fields_of<join_request> = 3;
template <>
constexpr std::size_t fields_of<withdraw_request> = 1;
template <>
constexpr std::size_t fields_of<end_request> = 1;
template <>
constexpr std::size_t fields_of<quiet_check> = 1;
template <>
constexpr std::size_t fields_of<quiet_report> = 2;
template <>
constexpr std::size_t fields_of<ask_again> = 3;
template <>
constexpr std::size_t fields_of<request_ended> = 6;
template <>
constexpr std::size_t fields_of<release_request> = 1;
template <>
constexpr std::size_t fields_of<shard_lost> = 0;
template <>
constexpr std::size_t fields_of<identify_limits_request> = 0;
template <>
constexpr std::size_t fields_of<locate_gateway_request> = 1;
template <>
constexpr std::size_t fields_of<gateway_located> = 1;
template <>
constexpr std::size_t fields_of<timer_tick> = 1;

template <>
constexpr std::size_t fields_of<connection_opened> = 1;
template <>
constexpr std::size_t fields_of<frame_received> = 5;
template <>
constexpr std::size_t fields_of<payload_written> = 2;
template <>
constexpr std::size_t fields_of<connection_closed> = 5;
template <>
constexpr std::size_t fields_of<credit_available> = 0;

template <>
constexpr std::size_t fields_of<shard_owner> = 4;
template <>
constexpr std::size_t fields_of<cut_row> = 2;
template <>
constexpr std::size_t fields_of<shard_cut> = 6;
template <>
constexpr std::size_t fields_of<shard_report> = 5;
template <>
constexpr std::size_t fields_of<claimed_shard> = 3;
template <>
constexpr std::size_t fields_of<hold_lease> = 1;
template <>
constexpr std::size_t fields_of<lease_held> = 0;
template <>
constexpr std::size_t fields_of<alive_check> = 0;
template <>
constexpr std::size_t fields_of<io_alive> = 0;
template <>
constexpr std::size_t fields_of<node_info> = 7;
template <>
constexpr std::size_t fields_of<release_shard> = 1;
template <>
constexpr std::size_t fields_of<node_joined> = 2;
template <>
constexpr std::size_t fields_of<node_left> = 2;
template <>
constexpr std::size_t fields_of<events_missed> = 3;
template <>
constexpr std::size_t fields_of<peer_wish> = 5;
template <>
constexpr std::size_t fields_of<peer_event> = 10;
template <>
constexpr std::size_t fields_of<peer_mark> = 3;
template <>
constexpr std::size_t fields_of<peer_parcel> = 4;
template <>
constexpr std::size_t fields_of<peer_piece> = 4;
template <>
constexpr std::size_t fields_of<peer_credit> = 4;
template <>
constexpr std::size_t fields_of<peer_listens> = 1;
template <>
constexpr std::size_t fields_of<called_request> = 4;
template <>
constexpr std::size_t fields_of<shard_route> = 3;
template <>
constexpr std::size_t fields_of<locate_shard> = 1;
template <>
constexpr std::size_t fields_of<shard_located> = 2;
template <>
constexpr std::size_t fields_of<shard_epoch> = 2;
template <>
constexpr std::size_t fields_of<shards_here> = 2;
template <>
constexpr std::size_t fields_of<shards_there> = 4;
template <>
constexpr std::size_t fields_of<peer_dialed> = 1;
template <>
constexpr std::size_t fields_of<peer_unreachable> = 1;
template <>
constexpr std::size_t fields_of<peer_guest> = 3;
template <>
constexpr std::size_t fields_of<peer_hello> = 3;
template <>
constexpr std::size_t fields_of<peer_welcome> = 1;
template <>
constexpr std::size_t fields_of<peer_shards> = 3;
template <>
constexpr std::size_t fields_of<peer_call> = 7;
template <>
constexpr std::size_t fields_of<peer_answer> = 6;
template <>
constexpr std::size_t fields_of<lease_renewed> = 5;
template <>
constexpr std::size_t fields_of<lease_lapsed> = 0;
template <>
constexpr std::size_t fields_of<look_now> = 0;
template <>
constexpr std::size_t fields_of<peer_nudge> = 1;
template <>
constexpr std::size_t fields_of<lease_lost> = 0;
template <>
constexpr std::size_t fields_of<lease_state> = 1;
template <>
constexpr std::size_t fields_of<shard_assignment> = 7;
template <>
constexpr std::size_t fields_of<join_store> = 7;
template <>
constexpr std::size_t fields_of<joined_store> = 4;
template <>
constexpr std::size_t fields_of<claim_shards> = 4;
template <>
constexpr std::size_t fields_of<shards_claimed> = 2;
template <>
constexpr std::size_t fields_of<save_cut> = 2;
template <>
constexpr std::size_t fields_of<cut_saved> = 1;
template <>
constexpr std::size_t fields_of<startup_recorded> = 2;
template <>
constexpr std::size_t fields_of<claim_lost> = 1;
template <>
constexpr std::size_t fields_of<store_lost> = 1;
template <>
constexpr std::size_t fields_of<leave_store> = 2;
template <>
constexpr std::size_t fields_of<left_store> = 0;
template <>
constexpr std::size_t fields_of<claim_identify> = 4;
template <>
constexpr std::size_t fields_of<identify_claimed> = 4;

/// References to all fields. The count is checked by the compiler.
template <class T>
auto fields(T& x) {
  constexpr auto n = fields_of<std::remove_const_t<T>>;
  static_assert(n != 99, "say in fields_of how many fields the type has");
  if constexpr (n == 0) {
    static_assert(
        std::is_empty_v<
            T> || std::is_same_v<std::remove_const_t<T>, frozen_buffer>);
    return std::tie();
  }
#define MUSTER_FIELDS(N, ...)                                                  \
  else if constexpr (n == N) {                                                 \
    auto& [__VA_ARGS__] = x;                                                   \
    return std::tie(__VA_ARGS__);                                              \
  }
  MUSTER_FIELDS(1, a)
  MUSTER_FIELDS(2, a, b)
  MUSTER_FIELDS(3, a, b, c)
  MUSTER_FIELDS(4, a, b, c, d)
  MUSTER_FIELDS(5, a, b, c, d, e)
  MUSTER_FIELDS(6, a, b, c, d, e, g)
  MUSTER_FIELDS(7, a, b, c, d, e, g, h)
  MUSTER_FIELDS(8, a, b, c, d, e, g, h, i)
  MUSTER_FIELDS(9, a, b, c, d, e, g, h, i, j)
  MUSTER_FIELDS(12, a, b, c, d, e, g, h, i, j, k, l, m)
  MUSTER_FIELDS(13, a, b, c, d, e, g, h, i, j, k, l, m, o)
  MUSTER_FIELDS(14, a, b, c, d, e, g, h, i, j, k, l, m, o, p)
  MUSTER_FIELDS(30, a, b, c, d, e, g, h, i, j, k, l, m, o, p, q, r, s, t, u, v,
                w, y, z, aa, bb, cc, dd, ee, ff, gg)
  MUSTER_FIELDS(10, a, b, c, d, e, g, h, i, j, k)
#undef MUSTER_FIELDS
}

} // namespace muster::test
