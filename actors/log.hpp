#pragma once

#include <memory>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "messages/snowflake.hpp"

namespace muster {

/// The log of the library: the spdlog logger named "muster" if the bot has
/// registered one before the first call, else one that writes warnings to
/// stderr. Thread-safe. Tokens and members never get here. Lists of which
/// something could not be read are told to it, see messages/unreadable.hpp.
spdlog::logger& log();

/// "guild 12, guild 13 and 5 more", for a log line.
std::string names_of(std::vector<snowflake> guilds);

} // namespace muster
