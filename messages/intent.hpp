#pragma once

#include <cstdint>

namespace muster::intent {

// The intents that decide about members, as bits.
// Source: Events > Using Gateway > Gateway Intents.
constexpr std::uint32_t guilds = 1u << 0;
constexpr std::uint32_t guild_members = 1u << 1;
constexpr std::uint32_t guild_presences = 1u << 8;

} // namespace muster::intent
