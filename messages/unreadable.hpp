#pragma once

/// @file
/// Where entries are told that could not be read.
/// Threads: callable from any, see there.
/// Source: rule B2.

#include <cstdint>
#include <string_view>

#include "messages/api.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// What a walk over a list could not read and left out (B2).
struct unreadable_entries {
  /// "members" or "presences".
  std::string_view what;
  /// Whose list it is; zero if that is not known.
  snowflake guild_id;
  /// Above zero.
  std::uint32_t count = 0;
};

/// Is told of each walk that left something out, once, on the thread of the
/// walk. muster's log is the first; a bot may put its own in place, or null.
/// Any thread may set it.
using unreadable_handler = void (*)(const unreadable_entries&) noexcept;
/// Puts it in place of the one before; null: nobody is told. Thread-safe.
MUSTER_API void set_unreadable_handler(unreadable_handler f) noexcept;

/// Tells the handler unless `x.count` is zero. For who walks. Thread-safe.
MUSTER_API void tell_unreadable(const unreadable_entries& x) noexcept;

} // namespace muster
