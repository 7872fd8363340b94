#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/startup_cut.hpp"
#include "net/gateway_session.hpp"

namespace muster {

// The texts of a shard_cut: CBOR, with the number of their format in front.
// Whatever is read may be damaged, or of another version of muster.

/// What came of reading one.
enum class cut_reading : std::uint8_t {
  good,
  /// There is none.
  empty,
  damaged,
  /// Of a format that is not known here.
  foreign,
};

/// A session, and what it was identified with: with other intents, or another
/// number of shards, it would be another one.
struct session_cut {
  saved_session session;
  std::uint32_t intents = 0;
  std::uint32_t shard_count = 0;

  friend bool operator==(const session_cut&, const session_cut&) = default;
};

/// Empty for a session that cannot be resumed.
std::string write_session(const session_cut& x);

cut_reading read_session(std::string_view text, session_cut& out);

std::string write_books(const startup_cut& x);

cut_reading read_books(std::string_view text, startup_cut& out);

} // namespace muster
