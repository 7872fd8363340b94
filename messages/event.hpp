#pragma once

/// @file
/// What listeners hear.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: rules E1 to E7, Q3.

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>
#include <caf/timestamp.hpp>

#include "messages/api.hpp"
#include "messages/frozen_buffer.hpp"
#include "messages/member_cursor.hpp"
#include "messages/optional.hpp"
#include "messages/presence.hpp"
#include "messages/shard_id.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// How a request ended (Q3).
enum class outcome : std::uint8_t {
  complete,
  incomplete,
  no_response,
  rate_limited,
  guild_left,
  session_lost,
  cancelled,
};
/// How many outcomes there are.
constexpr std::size_t outcome_count = 7;

/// The word for `x` in events: "complete", "no_response" ...
MUSTER_API std::string to_string(outcome x);

/// E1: a request has ended. Each accepted request has exactly one.
struct chunk_request_finished {
  /// The shard of the guild.
  shard_id shard;
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// Whose members were asked for.
  snowflake guild_id;
  /// The request's, not that of one of its attempts (Q8).
  std::string nonce;
  /// How it ended (Q3).
  muster::outcome outcome = outcome::no_response;
  /// As the gateway announced it; 0 when nothing came.
  std::uint32_t chunk_count = 0;
  /// Sorted.
  std::vector<std::uint32_t> missed_chunks;
  /// Of the users asked for, those who are not in the guild, each once.
  std::vector<snowflake> not_found_ids;
  /// Members received.
  std::uint64_t members = 0;
  /// Times that opcode 8 was written for it (Q14).
  std::uint32_t attempts = 0;
  /// When the first chunk came, by the wall clock; none when nothing came.
  optional<caf::timestamp> first_received_at;
  /// When the last chunk came; likewise.
  optional<caf::timestamp> last_received_at;
  /// In an answer, when the request asked for its members (Q12): by index.
  std::vector<member_list> chunks;
};

/// E2: the startup of a shard has ended. The three lists are disjoint.
struct shard_finished_chunking {
  /// The shard whose startup has ended.
  shard_id shard;
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// Some chunks came.
  std::vector<snowflake> incomplete_guild_ids;
  /// None came.
  std::vector<snowflake> missed_guild_ids;
  /// In an outage, not awaited.
  std::vector<snowflake> unavailable_guild_ids;
  /// When it was made, by the wall clock; so in the events below.
  caf::timestamp at = caf::make_timestamp();

  friend bool operator==(const shard_finished_chunking&,
                         const shard_finished_chunking&) = default;
};

/// E3: every shard has finished; once per start.
struct finished_chunking {
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// Shards that it is about: of this process, or of all that share a state.
  std::uint32_t shards = 0;
  /// Guilds settled complete.
  std::uint64_t guilds = 0;
  /// Members received for them.
  std::uint64_t members = 0;
};

/// E5: members as they came; opt-in.
struct guild_members_chunk {
  /// The shard that has received them.
  shard_id shard;
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// Whose members they are.
  snowflake guild_id;
  /// Of the attempt that brought the chunk; empty when the members came with
  /// a GUILD_CREATE that is whole (S2), or the request had none.
  std::string nonce;
  /// From 0 on; chunks come in any order.
  std::uint32_t chunk_index = 0;
  /// Of the answer that this is a part of.
  std::uint32_t chunk_count = 1;
  /// To be read with a member_cursor.
  member_list members;
  /// Empty unless they were asked for.
  presence_list presences;
  /// Of the users asked for, those who are not in the guild.
  std::vector<snowflake> not_found;
};

/// E6: how far the startup is; a few times a second at most.
struct chunking_progress {
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// Guilds that the startup is about.
  std::uint64_t guilds = 0;
  /// Of these, with all of their members.
  std::uint64_t guilds_complete = 0;
  /// Of these, asked for and not yet settled.
  std::uint64_t guilds_in_flight = 0;
  /// Of these, still to be asked for.
  std::uint64_t guilds_queued = 0;
  /// Incomplete, missed, unavailable.
  std::uint64_t guilds_failed = 0;
  /// Members received so far.
  std::uint64_t members = 0;
  /// By the member_count of the guilds known so far.
  std::uint64_t members_expected = 0;
  /// None while there is nothing to judge by.
  optional<caf::timespan> time_left;
  /// When nothing is under way but for Discord's send limit: until it permits
  /// the next request. Zero otherwise.
  caf::timespan send_wait{0};
};

/// E7: any gateway event, for who listens for its name.
struct dispatch {
  /// The shard that has received it.
  shard_id shard;
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// Such as "MESSAGE_CREATE".
  std::string name;
  /// Of the session, 0 if the gateway gave none.
  std::uint64_t sequence = 0;
  /// The JSON text of the event's data; shared.
  frozen_buffer payload;
};

/// READY: a new session, with this many guilds of the shard's.
struct shard_ready {
  /// The shard that has a new session.
  shard_id shard;
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// Guilds of READY that are the shard's.
  std::uint32_t guilds = 0;
  /// Entries of its list that could not be read; no event names those guilds.
  std::uint32_t unreadable_guilds = 0;
  /// When it was made, by the wall clock.
  caf::timestamp at = caf::make_timestamp();
};

/// RESUMED: the session goes on.
struct shard_resumed {
  /// The shard whose session goes on.
  shard_id shard;
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// When it was made, by the wall clock.
  caf::timestamp at = caf::make_timestamp();
};

/// What a shard does after a disconnect.
enum class next_step : std::uint8_t { resume, identify, none };

/// "resume", "identify" or "none".
MUSTER_API std::string to_string(next_step x);

/// The connection has ended; with next_step::none the shard has, too.
struct shard_disconnected {
  /// The shard whose connection it was.
  shard_id shard;
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// The gateway's close code, if it gave one.
  optional<std::uint16_t> code;
  /// What the shard does now.
  next_step next = next_step::resume;
  /// A sentence for people.
  std::string reason;
  /// When it was made, by the wall clock.
  caf::timestamp at = caf::make_timestamp();
};

/// A process has taken a shard over that another one has had. Where state is
/// kept (settings::state).
struct shard_moved {
  /// The shard that has moved.
  shard_id shard;
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// The processes, by the names that `muster status` shows.
  std::string from;
  /// Likewise, who has it now.
  std::string to;
  /// Of the claim; grows with each.
  std::uint64_t epoch = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f,
                                        chunk_request_finished& x) {
  return f(caf::meta::type_name("chunk_request_finished"), x.shard, x.start_id,
           x.guild_id, x.nonce, x.outcome, x.chunk_count, x.missed_chunks,
           x.not_found_ids, x.members, x.attempts, x.first_received_at,
           x.last_received_at, x.chunks);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f,
                                        shard_finished_chunking& x) {
  return f(caf::meta::type_name("shard_finished_chunking"), x.shard, x.start_id,
           x.incomplete_guild_ids, x.missed_guild_ids, x.unavailable_guild_ids,
           x.at);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, finished_chunking& x) {
  return f(caf::meta::type_name("finished_chunking"), x.start_id, x.shards,
           x.guilds, x.members);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, guild_members_chunk& x) {
  return f(caf::meta::type_name("guild_members_chunk"), x.shard, x.start_id,
           x.guild_id, x.nonce, x.chunk_index, x.chunk_count, x.members,
           x.presences, x.not_found);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, chunking_progress& x) {
  return f(caf::meta::type_name("chunking_progress"), x.start_id, x.guilds,
           x.guilds_complete, x.guilds_in_flight, x.guilds_queued,
           x.guilds_failed, x.members, x.members_expected, x.time_left,
           x.send_wait);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, dispatch& x) {
  return f(caf::meta::type_name("dispatch"), x.shard, x.start_id, x.name,
           x.sequence, x.payload);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_ready& x) {
  return f(caf::meta::type_name("shard_ready"), x.shard, x.start_id, x.guilds,
           x.unreadable_guilds, x.at);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_resumed& x) {
  return f(caf::meta::type_name("shard_resumed"), x.shard, x.start_id, x.at);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_disconnected& x) {
  return f(caf::meta::type_name("shard_disconnected"), x.shard, x.start_id,
           x.code, x.next, x.reason, x.at);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_moved& x) {
  return f(caf::meta::type_name("shard_moved"), x.shard, x.start_id, x.from,
           x.to, x.epoch);
}

} // namespace muster
