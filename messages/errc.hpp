#pragma once

/// @file
/// Why something could not be done.
/// Threads: callable from any.
/// Source: rules Q2, Q3, F3, C5; Topics > Opcodes and Status Codes.

#include <cstdint>
#include <string>

#include <caf/atom.hpp>
#include <caf/error.hpp>

#include "messages/api.hpp"

namespace muster {

/// Every reason for which muster refuses or gives up. Sent as a `caf::error`
/// of the category `muster`; the error's context says the mend.
enum class errc : std::uint8_t {
  // a guild_members_request is refused before anything is sent (Q2)
  users_with_query = 1,
  limit_out_of_range,
  limit_without_query,
  no_user_ids,
  too_many_user_ids,
  nonce_too_long,
  nonce_in_use,
  invalid_text,
  payload_too_large,
  members_intent_missing,
  presences_intent_missing,
  wrong_shard,
  unknown_guild,
  invalid_guild_id,
  invalid_timeout,
  invalid_attempts,
  // other requests
  forbidden_opcode,
  invalid_payload,
  unknown_nonce,
  answer_too_large,
  not_running,
  invalid_settings,
  // foreign bytes that could not be read; counted, logged, dropped
  malformed_json,
  malformed_field,
  corrupt_compression,
  payload_limit_exceeded,
  // connecting
  resolve_failed,
  connect_failed,
  tls_failed,
  certificate_refused,
  handshake_failed,
  connection_lost,
  timed_out,
  rest_unauthorized,
  rest_forbidden,
  rest_rate_limited,
  rest_failed,
  // the end of a shard
  gateway_refused,
  // appended, since codes are part of the wire format between nodes
  queue_full,
  // the store of sessions and books
  store_away,
  store_refused,
  // other processes of the bot
  unknown_node,
  link_lost,
  answer_lost,
};

/// The name of the code, such as "limit_out_of_range".
MUSTER_API std::string to_string(errc code);

/// A CAF error with a sentence for people; `sentence` must hold no secret.
MUSTER_API caf::error make_error(errc code, std::string sentence);

/// The same with the code's own sentence.
MUSTER_API caf::error make_error(errc code);

/// The code if `x` is an error of muster's category, else 0.
MUSTER_API errc code_of(const caf::error& x);

/// The sentence inside `x`, or CAF's rendering of a foreign error.
MUSTER_API std::string sentence_of(const caf::error& x);

/// By which an error of CAF is known to be of these.
constexpr caf::atom_value errc_category = caf::atom("muster");

} // namespace muster
