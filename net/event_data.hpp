#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errc.hpp"
#include "messages/snowflake.hpp"
#include "net/clock.hpp"

namespace muster {

// What muster needs of events, and no more. Only what is essential has to be
// there and readable, else the event is malformed; the rest counts as absent
// when it is of another type (F2).

/// The header of GUILD_MEMBERS_CHUNK; the members are counted, not read. Guild,
/// index, count and members are essential.
/// Source: Events > Gateway Events > Guild Members Chunk.
struct members_chunk {
  snowflake guild_id;
  std::int64_t index = 0;
  std::int64_t count = 0;
  /// Empty without one; the digits of one that is a number.
  std::string nonce;
  std::vector<snowflake> not_found;
  std::uint32_t members = 0;
  /// JSON arrays inside the payload; empty when absent.
  std::string_view members_json;
  std::string_view presences_json;
  /// What follows the data in its text; a view of nowhere when it is cut off.
  std::string_view behind;
};

/// GUILD_CREATE. Its id is essential.
struct guild_create {
  snowflake id;
  bool unavailable = false;
  /// Absent counts as true: the list is then not known to be whole (S2).
  bool large = true;
  std::uint64_t member_count = 0;
  std::uint32_t members = 0;
  std::string_view members_json;
  std::string_view presences_json;
  /// As in members_chunk.
  std::string_view behind;

  /// True if `members` holds everyone (S2).
  bool whole() const {
    return !large && !unavailable && member_count > 0
           && members == member_count;
  }
};

/// GUILD_DELETE. Its id is essential.
struct guild_delete {
  snowflake id;
  /// An outage; otherwise the bot was removed.
  bool unavailable = false;
};

/// READY. Session id and guilds are essential.
struct ready {
  std::string session_id;
  /// Empty without one.
  std::string resume_gateway_url;
  std::vector<snowflake> guilds;
  /// Entries of the list of guilds without a readable id.
  std::uint32_t unreadable_guilds = 0;
};

/// RATE_LIMITED. Opcode and wait are essential. Source: Events > Gateway Events
/// > Rate Limited.
struct rate_limited {
  int opcode = 0;
  timespan retry_after{0};
  snowflake guild_id;
  std::string nonce;
};

// Each reads the data of an event and gives errc{} or what is wrong with it.
// Text is followed by frozen_buffer::padding readable bytes; more may follow
// the object. Views in results point into the text. Thread-safe.
errc read_chunk(std::string_view data, members_chunk& out);
errc read_guild_create(std::string_view data, guild_create& out);
errc read_guild_delete(std::string_view data, guild_delete& out);
errc read_ready(std::string_view data, ready& out);
errc read_rate_limited(std::string_view data, rate_limited& out);
/// `heartbeat_interval` of HELLO.
errc read_hello(std::string_view data, timespan& out);

/// The `guild_id` of any event; nullopt when there is none.
std::optional<snowflake> read_guild_id(std::string_view data);

} // namespace muster
