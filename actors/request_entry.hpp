#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "actors/vain_ends.hpp"
#include "messages/internal/actors.hpp"
#include "messages/internal/patience.hpp"
#include "messages/request.hpp"
#include "net/clock.hpp"

namespace muster {

/// Who wants a request.
enum class origin : std::uint8_t {
  user,
  startup,
  /// Someone else: only its chunks are seen (Q4).
  foreign,
};

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
struct request_entry {
  std::string nonce;
  guild_members_request request;
  /// Of all who want it.
  muster::patience patience;
  /// Collects its chunks; null until it has been spawned.
  chunk_request_actor collector;
  origin from = origin::user;
  request_stage stage = request_stage::queued;
  /// A whole list of our own: the cooldown and max_in_flight are for these.
  bool whole_list = false;
  /// Settles its guild at startup, whoever asked first.
  bool for_startup = false;
  /// The startup joined it late: with another number of attempts.
  bool joined_by_startup = false;
  /// Its write was not confirmed when the connection was lost.
  bool taken_back = false;
  /// Something came for the present attempt.
  bool heard = false;
  /// The nonce of the present or the next attempt.
  std::string attempt;
  std::vector<std::string> attempts;
  std::unordered_set<std::string> callers;
  /// Members that came for the present attempt, for the progress only.
  std::uint64_t members = 0;
  /// Chunks passed to its chunk_request.
  std::uint64_t chunks = 0;
  /// Those of the present attempt on the present connection, and the most that
  /// any attempt has had on it.
  std::uint64_t attempt_chunks = 0;
  std::uint64_t connection_chunks = 0;
  /// Connections that ended while it was on the wire: those that may be its
  /// fault, for they brought no more chunks than ever, and all (Q13).
  vain_ends suspicions;
  std::uint32_t ends = 0;
  /// Connections that ended while it was held: after too many of them it goes
  /// out without its GUILD_CREATE (Q13).
  std::uint32_t waits = 0;
  /// It may be what ended a connection, so it goes out alone. Does not change
  /// while it is queued.
  bool suspect = false;
  std::uint32_t refusals = 0;
  std::uint32_t losses = 0;
  /// Orders those of equal priority, lower first.
  std::uint64_t rank = 0;
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

  bool on_wire() const {
    return stage == request_stage::posted || stage == request_stage::written;
  }
};

} // namespace muster
