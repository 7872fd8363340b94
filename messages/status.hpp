#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/event.hpp"
#include "messages/shard_id.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// Where a guild stands in its shard's books (S7).
enum class guild_status : std::uint8_t {
  unknown,
  queued,
  in_flight,
  complete,
  incomplete,
  missed,
  unavailable,
};

/// "in_flight" ...
std::string to_string(guild_status x);

/// Asks where a guild stands; answered with a guild_state.
struct guild_state_request {
  snowflake guild_id;
};

struct guild_state {
  snowflake guild_id;
  guild_status status = guild_status::unknown;
  /// As GUILD_CREATE told it, and members added and removed since (S8).
  std::uint64_t member_count = 0;
  /// By the chunks of the last whole list, likewise kept up (S8).
  std::uint64_t members_received = 0;
  /// It is complete, and its members came to this process: not to one before
  /// it, whose state this one goes on from (C10).
  bool members_here = false;
};

/// Asks a shard, or a router for the sum of its shards, for statistics.
struct statistics_request {};

/// Quantiles of a set of durations; all zero when there were none.
struct latency {
  std::uint64_t samples = 0;
  caf::timespan p50{0};
  caf::timespan p90{0};
  caf::timespan p99{0};
  caf::timespan max{0};
};

/// What an operator needs to know. Counts are since the start.
struct statistics {
  /// Shards that these figures are of.
  std::uint32_t shards = 0;
  std::uint32_t connected = 0;
  std::uint64_t guilds = 0;
  // sends
  std::uint64_t sends = 0;
  /// What the present window still permits.
  std::uint64_t send_budget = 0;
  std::uint64_t queued_requests = 0;
  std::uint64_t queued_commands = 0;
  std::uint64_t in_flight = 0;
  // requests, by outcome
  std::array<std::uint64_t, outcome_count> outcomes{};
  std::uint64_t refused_requests = 0;
  // input
  std::uint64_t frames = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_decompressed = 0;
  std::uint64_t chunks = 0;
  std::uint64_t members = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t late_chunks = 0;
  std::uint64_t malformed = 0;
  std::uint64_t foreign_requests = 0;
  std::uint64_t rate_limited = 0;
  /// Messages, errors and ends of other actors that nobody had asked for.
  std::uint64_t strays = 0;
  // connection
  std::uint64_t identifies = 0;
  std::uint64_t resumes = 0;
  std::uint64_t reconnects = 0;
  // listeners (B1)
  std::uint64_t dropped_events = 0;
  std::uint64_t reading_pauses = 0;
  std::uint64_t listener_bytes = 0;
  // durations
  latency heartbeat;
  latency first_response;
  latency completion;

  /// Adds the figures of another shard. Quantiles cannot be added; the
  /// larger ones are kept, which is never too good.
  statistics& operator+=(const statistics& x);
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, guild_state_request& x) {
  return f(caf::meta::type_name("guild_state_request"), x.guild_id);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, guild_state& x) {
  return f(caf::meta::type_name("guild_state"), x.guild_id, x.status,
           x.member_count, x.members_received, x.members_here);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, statistics_request&) {
  return f(caf::meta::type_name("statistics_request"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, latency& x) {
  return f(caf::meta::type_name("latency"), x.samples, x.p50, x.p90, x.p99,
           x.max);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, statistics& x) {
  return f(caf::meta::type_name("statistics"), x.shards, x.connected, x.guilds,
           x.sends, x.send_budget, x.queued_requests, x.queued_commands,
           x.in_flight, x.outcomes, x.refused_requests, x.frames,
           x.bytes_received, x.bytes_decompressed, x.chunks, x.members,
           x.duplicates, x.late_chunks, x.malformed, x.foreign_requests,
           x.rate_limited, x.strays, x.identifies, x.resumes, x.reconnects,
           x.dropped_events, x.reading_pauses, x.listener_bytes, x.heartbeat,
           x.first_response, x.completion);
}

} // namespace muster
