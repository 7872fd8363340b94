#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messages/intent.hpp"

namespace muster {

/// Reads a number, or names separated by commas ("guilds,guild_members"), in
/// upper or lower case and with spaces around them. Gives nullopt for anything
/// else; `why`, if given, then receives what is wrong and how to mend it.
std::optional<std::uint32_t> parse_intents(std::string_view text,
                                           std::string* why = nullptr);

/// Every name that parse_intents() understands, separated by ", ".
std::string intent_names();

} // namespace muster
