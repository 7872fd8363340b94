#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/frozen_buffer.hpp"
#include "messages/snowflake.hpp"

namespace muster::test {

// Payloads as the gateway sends them, as JSON text: whole ones with their
// envelope, and the data of events under the name of the event with `_data`.

/// `text` as a JSON string, escaped and in quotes.
std::string quoted(std::string_view text);

/// `["1","2"]`: a JSON array of ids as Discord writes them.
std::string id_array(const std::vector<snowflake>& ids);

// -- envelopes ---------------------------------------------------------------

/// Opcode 0 with `t`, `s` and `op` before `d`, the order of Discord.
std::string dispatch(std::string_view name, std::uint64_t seq,
                     std::string_view data);

/// A payload that is no dispatch; `data` is JSON text.
std::string control(int op, std::string_view data = "null");

std::string hello(std::chrono::milliseconds heartbeat_interval);
std::string heartbeat_ack();
/// The gateway asks for a heartbeat (opcode 1).
std::string heartbeat_request();
std::string reconnect();
std::string invalid_session(bool resumable);

// -- events ------------------------------------------------------------------

std::string ready_data(const std::vector<snowflake>& guilds,
                       std::string_view session_id = "s1",
                       std::string_view resume_url = "ws://resume");
std::string ready(const std::vector<snowflake>& guilds,
                  std::string_view session_id = "s1",
                  std::string_view resume_url = "ws://resume",
                  std::uint64_t seq = 1);
std::string resumed(std::uint64_t seq);

/// A member object with every field that Discord sends.
std::string member(snowflake user, std::string_view username = "nelly");

/// A JSON array of `count` members; their ids are `first` and on.
std::string member_array(int count, std::uint64_t first = 1);

/// A presence object of `user`.
std::string presence(snowflake user, std::string_view status = "online");

/// `members` of `member_count` members are listed.
std::string guild_create_data(snowflake id, std::uint64_t member_count,
                              bool large = true, int members = 0);
std::string guild_create(snowflake id, std::uint64_t member_count,
                         bool large = true, int members = 0,
                         std::uint64_t seq = 2);
/// A GUILD_CREATE that says `unavailable: true`.
std::string guild_unavailable(snowflake id, std::uint64_t seq = 2);
/// An outage when `unavailable`, otherwise the bot was removed.
std::string guild_delete(snowflake id, bool unavailable, std::uint64_t seq = 2);
std::string member_add(snowflake guild, snowflake user, std::uint64_t seq = 2);
std::string member_remove(snowflake guild, snowflake user,
                          std::uint64_t seq = 2);

/// What a GUILD_MEMBERS_CHUNK says; fields may be set before encoding.
struct chunk_fields {
  snowflake guild;
  /// Absent when empty.
  std::string nonce;
  std::int64_t index = 0;
  std::int64_t count = 1;
  int members = 1;
  /// Absent when empty.
  std::vector<snowflake> not_found = {};
  /// JSON array; absent when empty.
  std::string presences = {};
};

std::string chunk_data(const chunk_fields& x);
std::string chunk(const chunk_fields& x, std::uint64_t seq);
std::string chunk(snowflake guild, std::string nonce, std::int64_t index,
                  std::int64_t count, int members = 1, std::uint64_t seq = 3);

/// `retry_after` in seconds; `nonce` is absent when empty.
std::string rate_limited(snowflake guild, std::string_view nonce,
                         double retry_after, std::uint64_t seq = 4,
                         int opcode = 8);

/// `text` with the readable bytes behind it that the readers ask for.
inline frozen_buffer padded(std::string_view text) {
  return frozen_buffer{text};
}

} // namespace muster::test
