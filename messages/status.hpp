#pragma once

/// @file
/// How guilds and shards stand.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: rules S7, S8, C10.

#include <array>
#include <cstdint>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/api.hpp"
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
MUSTER_API std::string to_string(guild_status x);

/// Asks where a guild stands; answered with a guild_state.
struct guild_state_request {
  /// The guild that is asked about.
  snowflake guild_id;
};

/// Where a guild stands.
struct guild_state {
  /// The guild that was asked about.
  snowflake guild_id;
  /// Where it stands.
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
  /// Of which the quantiles are.
  std::uint64_t samples = 0;
  /// The median.
  caf::timespan p50{0};
  /// 90 of 100 took no longer.
  caf::timespan p90{0};
  /// 99 of 100 took no longer.
  caf::timespan p99{0};
  /// None took longer.
  caf::timespan max{0};
};

/// What an operator needs to know. Counts are since the start.
struct statistics {
  /// Shards that these figures are of.
  std::uint32_t shards = 0;
  /// Of these, with a session: READY or RESUMED has come.
  std::uint32_t connected = 0;
  /// Guilds in the books.
  std::uint64_t guilds = 0;
  // sends
  /// Payloads sent, heartbeats included.
  std::uint64_t sends = 0;
  /// What the present window still permits.
  std::uint64_t send_budget = 0;
  /// Requests that wait to be sent.
  std::uint64_t queued_requests = 0;
  /// Gateway commands of the bot that wait to be sent.
  std::uint64_t queued_commands = 0;
  /// Requests that are being answered.
  std::uint64_t in_flight = 0;
  // requests, by outcome
  /// Requests that ended so, by outcome.
  std::array<std::uint64_t, outcome_count> outcomes{};
  /// Requests that Discord would refuse or ignore (Q2).
  std::uint64_t refused_requests = 0;
  // input
  /// WebSocket messages received.
  std::uint64_t frames = 0;
  /// Their bytes, as they came.
  std::uint64_t bytes_received = 0;
  /// Their bytes, unpacked.
  std::uint64_t bytes_decompressed = 0;
  /// GUILD_MEMBERS_CHUNK events.
  std::uint64_t chunks = 0;
  /// Members in them.
  std::uint64_t members = 0;
  /// Chunks that had come before (Q5).
  std::uint64_t duplicates = 0;
  /// Chunks that came after the end of their request (Q4).
  std::uint64_t late_chunks = 0;
  /// Payloads and events that were dropped (F2).
  std::uint64_t malformed = 0;
  /// Requests of others on the same connection (Q4).
  std::uint64_t foreign_requests = 0;
  /// RATE_LIMITED for opcode 8 (Q7).
  std::uint64_t rate_limited = 0;
  /// Messages, errors and ends of other actors that nobody had asked for.
  std::uint64_t strays = 0;
  // connection
  /// Sent.
  std::uint64_t identifies = 0;
  /// Sent.
  std::uint64_t resumes = 0;
  /// Connections made after the first one.
  std::uint64_t reconnects = 0;
  // listeners (B1)
  /// Events that a listener did not get, since it was behind.
  std::uint64_t dropped_events = 0;
  /// Times that reading stopped for a listener.
  std::uint64_t reading_pauses = 0;
  /// Bytes that listeners hold now.
  std::uint64_t listener_bytes = 0;
  // durations
  /// From a heartbeat to its ack.
  latency heartbeat;
  /// From the write of opcode 8 to the first chunk.
  latency first_response;
  /// From the write of opcode 8 to the last chunk of its request.
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
