#pragma once

/// @file
/// Presences, read where they are in a payload.
/// Threads: a view is for one at a time.
/// Source: Events > Gateway Events > Presence Update; rule B2.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/api.hpp"
#include "messages/frozen_buffer.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// A presence object that came with a chunk.
/// Source: Events > Gateway Events > Presence.
struct presence_view {
  /// Whose it is.
  snowflake user_id;
  /// "online", "idle", "dnd" or "offline".
  std::string status;
  /// The whole object as JSON text; valid while its presence_list lives.
  std::string_view json;
};

/// The presences of one chunk, empty unless asked for.
struct MUSTER_API presence_list {
  /// A JSON array, or empty.
  frozen_buffer json;
  /// Whose presences they are; zero in a list of one's own making.
  snowflake guild_id = {};

  /// Decodes all; entries that cannot be read are left out, and counted in
  /// `malformed` (B2). The log says it, with the guild, see unreadable.hpp.
  std::vector<presence_view> decode(std::uint32_t* malformed = nullptr) const;

  friend bool operator==(const presence_list&, const presence_list&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, presence_list& x) {
  return f(caf::meta::type_name("presence_list"), x.json, x.guild_id);
}

} // namespace muster
