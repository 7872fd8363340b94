#pragma once

/// @file
/// Points in time as Discord writes them.
/// Threads: callable from any.
/// Source: Reference > ISO8601 Date/Time.

#include <chrono>
#include <optional>
#include <string_view>

#include "messages/api.hpp"

namespace muster {

/// A point in time of Discord's, UTC.
using discord_time = std::chrono::sys_time<std::chrono::microseconds>;

/// Reads ISO 8601 as Discord writes it, such as
/// 2024-07-01T12:00:00.123000+00:00. The fraction may be left out or have up to
/// nine digits, of which six count; Z and other offsets are understood. None if
/// it is no such text or no such day. Source: Reference > ISO8601 Date/Time.
MUSTER_API std::optional<discord_time> parse_timestamp(std::string_view text);

} // namespace muster
