#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>
#include <caf/timestamp.hpp>

#include "messages/event.hpp"
#include "messages/internal/patience.hpp"
#include "messages/member.hpp"
#include "messages/optional.hpp"
#include "messages/snowflake.hpp"

namespace muster {

// Between a shard and its chunk_request actors. Times of type caf::timespan
// named `at` are readings of the shard's quiet_clock, which stands still
// while nothing can arrive (Q6).

/// What has become of an attempt.
enum class attempt_event : std::uint8_t {
  /// Its opcode 8 was written to the socket.
  written,
  /// The gateway refused it (RATE_LIMITED); it goes out again later, and was
  /// none (Q7).
  refused,
  /// Its session has ended; it is asked again (S5).
  lost,
  /// Its session was resumed: its wait starts anew, and asking again after a
  /// silence will be no attempt (S6, S8).
  resumed,
  /// It went out before the cut that its request goes on from (C6), and is
  /// known by its first chunk.
  found,
};

struct attempt_news {
  std::string nonce;
  attempt_event event = attempt_event::written;
  caf::timespan at{0};
};

/// The header of a GUILD_MEMBERS_CHUNK.
struct chunk_received {
  /// Of the attempt.
  std::string nonce;
  std::int64_t chunk_index = 0;
  std::int64_t chunk_count = 0;
  std::vector<snowflake> not_found;
  std::uint32_t members = 0;
  /// The members themselves, for requests that want them in the answer (Q12).
  member_list list;
  caf::timestamp received_at;
  caf::timespan at{0};
};

/// Adds a caller to a request; the answer is its chunk_request_finished.
struct join_request {
  std::string caller_nonce;
  std::uint32_t answer_limit = 0;
  /// The request's, now that this caller has joined.
  muster::patience patience;
};

/// Takes one caller away (Q10).
struct withdraw_request {
  std::string caller_nonce;
};

/// Ends a request from outside.
struct end_request {
  muster::outcome outcome = outcome::cancelled;
};

/// A request's timer has run out: has anything arrived meanwhile? The answer
/// comes after all input that was there before the question (Q6).
struct quiet_check {
  std::string nonce;
};

struct quiet_report {
  caf::timespan now{0};
  /// When the last chunk of any request arrived.
  caf::timespan last_chunk{0};
};

/// An attempt has failed and another one is wanted (Q8).
struct ask_again {
  std::string nonce;
  /// The one that has failed.
  std::string attempt;
  /// Attempts that have failed and count.
  std::uint32_t spent = 0;
};

/// A request has ended; its E1 for the listeners and figures for the books.
struct request_ended {
  chunk_request_finished event;
  std::uint64_t duplicates = 0;
  std::uint64_t malformed = 0;
  /// Those that were passed to it beyond these came after its end.
  std::uint64_t chunks_taken = 0;
  /// From the write of the first attempt; none when it was not reached.
  optional<caf::timespan> first_response;
  optional<caf::timespan> completion;
};

/// The shard has taken note of a request's end and sends it no more callers; or
/// has left it to another process, where callers may ask for it again.
struct release_request {
  bool moved = false;
};

/// The shard has ended before the request: nobody else is left to report it.
struct shard_lost {};

/// A timer of the actor itself. `id` tells timers, or the times that one was
/// set, apart.
struct timer_tick {
  std::uint64_t id = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, attempt_news& x) {
  return f(caf::meta::type_name("attempt_news"), x.nonce, x.event, x.at);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, chunk_received& x) {
  return f(caf::meta::type_name("chunk_received"), x.nonce, x.chunk_index,
           x.chunk_count, x.not_found, x.members, x.list, x.received_at, x.at);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, join_request& x) {
  return f(caf::meta::type_name("join_request"), x.caller_nonce, x.answer_limit,
           x.patience);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, withdraw_request& x) {
  return f(caf::meta::type_name("withdraw_request"), x.caller_nonce);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, end_request& x) {
  return f(caf::meta::type_name("end_request"), x.outcome);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, quiet_check& x) {
  return f(caf::meta::type_name("quiet_check"), x.nonce);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, quiet_report& x) {
  return f(caf::meta::type_name("quiet_report"), x.now, x.last_chunk);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, ask_again& x) {
  return f(caf::meta::type_name("ask_again"), x.nonce, x.attempt, x.spent);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, request_ended& x) {
  return f(caf::meta::type_name("request_ended"), x.event, x.duplicates,
           x.malformed, x.chunks_taken, x.first_response, x.completion);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, release_request& x) {
  return f(caf::meta::type_name("release_request"), x.moved);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_lost&) {
  return f(caf::meta::type_name("shard_lost"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, timer_tick& x) {
  return f(caf::meta::type_name("timer_tick"), x.id);
}

} // namespace muster
