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

/// Empty for a session that cannot be resumed. Another with other intents is
/// another session.
std::string write_session(const saved_session& x, std::uint32_t intents);

/// `intents` are those that it was identified with.
cut_reading read_session(std::string_view text, saved_session& out,
                         std::uint32_t& intents);

std::string write_books(const startup_cut& x);

cut_reading read_books(std::string_view text, startup_cut& out);

} // namespace muster
