#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/cut_reading.hpp"
#include "net/gateway_session.hpp"

namespace muster {

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

} // namespace muster
