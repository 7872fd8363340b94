#pragma once

/// @file
/// What a bot asks for.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: Events > Gateway Events > Request Guild Members; rules Q1 to Q14.

#include <cstdint>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/error.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/api.hpp"
#include "messages/settings.hpp"
#include "messages/shard_id.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// What a guild_members_request asks for.
enum class request_kind : std::uint8_t { whole_list, search, users };

/// Asks Discord for members of one guild (opcode 8) and is answered with one
/// chunk_request_finished (Q1). Make one with whole_list(), search() or
/// users(): they choose a nonce, so that it can be cancelled from the start
/// (Q10). Source: Events > Gateway Events > Request Guild Members.
struct MUSTER_API guild_members_request {
  /// The guild whose members are asked for.
  snowflake guild_id;
  /// What is asked for; the members below that do not belong to it are empty.
  request_kind kind = request_kind::whole_list;
  /// What usernames begin with; empty for all.
  std::string query;
  /// The most members of a search, 1 to 100; 0 for a whole list.
  std::int32_t limit = 0;
  /// Users, up to 100.
  std::vector<snowflake> user_ids;
  /// Whether presences come, too; needs the intent guild_presences.
  bool presences = false;

  /// Identifies the request in events; at most 32 bytes, empty: chosen by
  /// the shard.
  std::string nonce;
  /// False when the bot chose the nonce: such a request joins no other (Q7).
  bool joinable = true;

  /// 0 stands for one attempt (Q8).
  std::int32_t max_attempts = 0;
  /// Zero stands for the setting of the same name (Q6).
  caf::timespan timeout{0};
  /// Likewise.
  caf::timespan first_response_timeout{0};
  /// How many members the answer may carry; 0: none, only the counts (Q12).
  std::uint32_t answer_limit = 0;

  /// Every member of a guild; needs the intent guild_members.
  static guild_members_request whole_list(snowflake guild);
  /// Members whose username starts with `prefix`, `limit` (1..100) at most.
  static guild_members_request search(snowflake guild, std::string prefix,
                                      std::int32_t limit);
  /// Members by user id, 1 to 100 of them.
  static guild_members_request users(snowflake guild,
                                     std::vector<snowflake> ids);

  /// Asks for presences, too; needs the intent guild_presences.
  guild_members_request& with_presences(bool on = true);
  /// Takes a nonce of the bot's, of 1 to 32 bytes; it joins no other then.
  guild_members_request& with_nonce(std::string text);
  /// Asks up to so many times (Q8).
  guild_members_request& with_attempts(std::int32_t attempts);
  /// Has the answer bring up to so many members (Q12).
  guild_members_request& with_members(std::uint32_t at_most);

  /// True for what Discord treats as a whole list: an empty query without a
  /// limit. The 30 s rule and the intent apply to these only.
  bool asks_whole_list() const;

  friend bool operator==(const guild_members_request&,
                         const guild_members_request&) = default;
};

/// The same, with the members streamed to one actor as guild_members_chunk,
/// that request's only (Q12). None is dropped: while the receiver holds more
/// than settings::listener_bound, of all its streams and after their end, too,
/// its shard reads nothing (B1). One that means to keep them copies them, or
/// sends an unsubscribe_request when it has what it wants. A shard of another
/// process is no difference, but for errc::answer_lost: its link, or that
/// process, was lost after the first members had come.
struct stream_members_request {
  /// What is asked for.
  guild_members_request request;
  /// Who gets the members, as guild_members_chunk.
  caf::actor receiver;
};

/// Withdraws one caller of the request that was made with `nonce` (Q10).
struct cancel_request {
  /// The guild of the request.
  snowflake guild_id;
  /// Its nonce.
  std::string nonce;
};

/// Another gateway command of the bot (Q11): an opcode and the text of a JSON
/// object. To a router, guild 0 means every shard.
struct gateway_command {
  /// The opcode: 3 for presence, 4 for voice state ...
  std::uint8_t op = 0;
  /// The text of a JSON object, `d`; up to 4,096 bytes with what is around it.
  std::string data;
  /// Whose shard sends it; 0: every shard.
  snowflake guild_id;
};

/// Switches chunking at startup on or off (S1).
struct auto_chunk_request {
  /// Whether startup and joined guilds are chunked.
  bool enabled = false;
  /// Whether with presences.
  bool presences = false;
};

/// Checks all of Q2 that needs no knowledge of guilds or requests; an error
/// of category muster says the mend.
MUSTER_API caf::error validate(const guild_members_request& x,
                               std::uint32_t intents, shard_id shard);

/// Gives what was left open its default: a nonce, one attempt, and the
/// timeouts of `values`.
MUSTER_API void fill_in(guild_members_request& x, const settings& values);

/// A nonce of 22 characters that no other call here or elsewhere returns.
/// Thread-safe.
MUSTER_API std::string make_nonce();

/// Bytes of a nonce that Discord takes.
constexpr std::size_t max_nonce_size = 32;
/// Of one request, as Discord takes them.
constexpr std::size_t max_user_ids = 100;
/// Of one request with a query, likewise.
constexpr std::int32_t max_limit = 100;

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f,
                                        guild_members_request& x) {
  return f(caf::meta::type_name("guild_members_request"), x.guild_id, x.kind,
           x.query, x.limit, x.user_ids, x.presences, x.nonce, x.joinable,
           x.max_attempts, x.timeout, x.first_response_timeout, x.answer_limit);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f,
                                        stream_members_request& x) {
  return f(caf::meta::type_name("stream_members_request"), x.request,
           x.receiver);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cancel_request& x) {
  return f(caf::meta::type_name("cancel_request"), x.guild_id, x.nonce);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, gateway_command& x) {
  return f(caf::meta::type_name("gateway_command"), x.op, x.data, x.guild_id);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, auto_chunk_request& x) {
  return f(caf::meta::type_name("auto_chunk_request"), x.enabled, x.presences);
}

} // namespace muster
