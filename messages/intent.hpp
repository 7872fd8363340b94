#pragma once

/// @file
/// Gateway intents.
/// Threads: constants.
/// Source: Events > Gateway > Gateway Intents.

#include <cstdint>

namespace muster::intent {

// The intents that decide about members, as bits.
// Source: Events > Using Gateway > Gateway Intents.
/// Guilds themselves: always wanted.
constexpr std::uint32_t guilds = 1u << 0;
/// Members that come and go, and whole lists; privileged.
constexpr std::uint32_t guild_members = 1u << 1;
/// Presences; privileged.
constexpr std::uint32_t guild_presences = 1u << 8;

} // namespace muster::intent
