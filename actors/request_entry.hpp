#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>

#include "actors/request_record.hpp"
#include "messages/internal/actors.hpp"
#include "net/clock.hpp"

namespace muster {

/// How far a request has come.
enum class request_stage : std::uint8_t {
  /// Waits for its guild's GUILD_CREATE.
  held,
  /// Waits for its turn, for the cooldown or for the window.
  queued,
  /// Given to the connection.
  posted,
  /// On the wire.
  written,
  /// Waits for its chunk_request to end.
  ending,
};

/// What a shard's request_book knows of one request that has not ended.
struct request_entry : request_record {
  std::string nonce;
  /// Collects its chunks; null until it has been spawned.
  chunk_request_actor collector;
  request_stage stage = request_stage::queued;
  /// A whole list of our own: the cooldown and max_in_flight are for these.
  bool whole_list = false;
  /// Its write was not confirmed when the connection was lost.
  bool taken_back = false;
  /// Something came for the present attempt.
  bool heard = false;
  /// From a cut, and nobody waits for its answer here.
  bool restored = false;
  /// It wants its members for a caller that has not asked again (C12).
  bool awaits_caller = false;
  /// This process has told its E1 before.
  bool told = false;
  /// While it is ending from outside: with what.
  outcome ends_as = outcome::cancelled;
  /// It goes on for a caller in another process (C12).
  bool remote = false;
  /// The nonce of the present or the next attempt.
  std::string attempt;
  /// Of the latest nonce that was made for an attempt under this epoch.
  std::uint32_t ordinal = 0;
  std::unordered_set<std::string> callers;
  /// Members that came for the present attempt, for the progress only.
  std::uint64_t members = 0;
  /// Chunks passed to its chunk_request.
  std::uint64_t chunks = 0;
  /// Those of the present attempt on the present connection, and the most that
  /// any attempt has had on it.
  std::uint64_t attempt_chunks = 0;
  std::uint64_t connection_chunks = 0;
  /// Of its arrival.
  std::uint64_t order = 0;
  /// While it is delayed: until when.
  time_point not_before{};
  /// When the present attempt was last given to the connection.
  time_point posted{};

  /// So many ends of connections are enough for it (Q13).
  std::uint32_t enough_ends() const {
    return static_cast<std::uint32_t>(patience.max_attempts) + 1;
  }

  /// A chunk of the present attempt has come.
  void count_chunk() {
    connection_chunks = std::max(connection_chunks, ++attempt_chunks);
    waits = 0;
  }
  /// Its connection has ended; gives what that brought.
  std::uint64_t take_chunks() {
    attempt_chunks = 0;
    return std::exchange(connection_chunks, 0);
  }

  /// It goes on with the next owner when its process ends.
  bool is_handed_over() const {
    return (from == origin::startup || remote)
           && stage != request_stage::ending;
  }

  /// The number under which it was called; 0: none.
  std::uint64_t call_of(const std::string& caller_nonce) const {
    auto i = calls.find(caller_nonce);
    return i == calls.end() ? 0 : i->second;
  }

  bool on_wire() const {
    return stage == request_stage::posted || stage == request_stage::written;
  }
};

} // namespace muster
