#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/cut_reading.hpp"
#include "actors/startup_cut.hpp"

namespace muster {

/// Of a startup all but its guilds, of which there are so many.
std::string write_startup(const startup_cut& x, std::uint64_t guilds);

cut_reading read_startup(std::string_view text, startup_cut& out,
                         std::uint64_t& guilds);

std::string write_guild(const guild_record& x);

/// False if it is damaged.
bool read_guild(std::string_view text, guild_record& out);

} // namespace muster
