#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "actors/vain_ends.hpp"
#include "messages/internal/patience.hpp"
#include "messages/request.hpp"

namespace muster {

/// Who wants a request. Part of the format of cuts: append, never insert.
enum class origin : std::uint8_t {
  user,
  startup,
  /// Someone else: only its chunks are seen (Q4).
  foreign,
};

/// What of a request outlasts its process (C6).
struct request_record {
  guild_members_request request;
  /// Of all who want it.
  muster::patience patience;
  origin from = origin::user;
  /// Settles its guild at startup, whoever asked first.
  bool for_startup = false;
  /// The startup joined it late: with another number of attempts.
  bool joined_by_startup = false;
  /// Its nonce tells what it is, so that it need not be saved.
  bool derived = false;
  /// One actor is given its members as they come.
  bool streamed = false;
  /// It may be what ended a connection, so it goes out alone. Does not change
  /// while it is queued.
  bool suspect = false;
  std::vector<std::string> attempts;
  /// Attempts that have failed and count (Q8), and all that were written.
  std::uint32_t spent = 0;
  std::uint32_t asked = 0;
  std::uint32_t refusals = 0;
  std::uint32_t losses = 0;
  /// Connections that ended while it was on the wire: those that may be its
  /// fault, for they brought no more chunks than ever, and all (Q13).
  vain_ends suspicions;
  std::uint32_t ends = 0;
  /// Connections that ended while it was held: after too many of them it goes
  /// out without its GUILD_CREATE (Q13).
  std::uint32_t waits = 0;
  /// Orders those of equal priority, lower first.
  std::uint64_t rank = 0;
  /// The numbers of those of its callers that have one (C12).
  std::map<std::string, std::uint64_t> calls;

  /// All of these, of who has more.
  const request_record& record() const { return *this; }
  request_record& record() { return *this; }

  friend bool operator==(const request_record&,
                         const request_record&) = default;
};

} // namespace muster
