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

/// The header of GUILD_MEMBERS_CHUNK; the members are counted, not read.
/// Source: Events > Gateway Events > Guild Members Chunk.
struct members_chunk {
  snowflake guild_id;
  std::int64_t index = 0;
  std::int64_t count = 0;
  std::string nonce;
  std::vector<snowflake> not_found;
  std::uint32_t members = 0;
  /// JSON arrays inside the payload; empty when absent.
  std::string_view members_json;
  std::string_view presences_json;
};

/// What muster needs of GUILD_CREATE.
struct guild_create {
  snowflake id;
  bool unavailable = false;
  /// Absent counts as true: the list is then not known to be whole (S2).
  bool large = true;
  std::uint64_t member_count = 0;
  std::uint32_t members = 0;
  std::string_view members_json;
  std::string_view presences_json;

  /// True if `members` holds everyone (S2).
  bool whole() const {
    return !large && !unavailable && member_count > 0
           && members == member_count;
  }
};

struct guild_delete {
  snowflake id;
  /// An outage; otherwise the bot was removed.
  bool unavailable = false;
};

struct ready {
  std::string session_id;
  std::string resume_gateway_url;
  std::vector<snowflake> guilds;
};

/// RATE_LIMITED. Source: Events > Gateway Events > Rate Limited.
struct rate_limited {
  int opcode = 0;
  timespan retry_after{0};
  snowflake guild_id;
  std::string nonce;
};

// Each reads the data of a dispatch and gives errc{} or what is wrong with it.
// Text is followed by frozen_buffer::padding readable bytes; more may follow
// the object. Views in results point into the text. Thread-safe.
errc read_chunk(std::string_view data, members_chunk& out);
errc read_guild_create(std::string_view data, guild_create& out);

/// The `guild_id` of any event; nullopt when there is none.
std::optional<snowflake> read_guild_id(std::string_view data);

/// Cuts `data` to its first object; empty when it is none.
std::string_view first_object(std::string_view data);

/// Cuts `data` to its first value of any type, without space before it; empty
/// when that is cut off. For an envelope that is not exact: a number or word
/// at the very end counts as cut off.
std::string_view first_value(std::string_view data);

// What comes seldom and is small; `data` is exactly one value.
errc read_ready(std::string_view data, ready& out);
errc read_guild_delete(std::string_view data, guild_delete& out);
errc read_rate_limited(std::string_view data, rate_limited& out);
/// `heartbeat_interval` of HELLO.
errc read_hello(std::string_view data, timespan& out);

} // namespace muster
