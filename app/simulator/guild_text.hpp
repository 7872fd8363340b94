#pragma once

#include <cstdint>
#include <string>

#include "app/simulator/member_text.hpp"
#include "app/simulator/world.hpp"

namespace muster::sim {

/// Appends the `d` of a GUILD_CREATE as a session with these intents gets it:
/// all members if the guild is not large and the session may see everyone and
/// their presences, else the bot and those in a voice channel.
void append_guild(std::string& out, const guild& g, const member_text& text,
                  std::uint32_t intents, std::uint32_t large_threshold);

} // namespace muster::sim
