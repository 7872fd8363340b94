#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messages/intent.hpp"

namespace muster {

/// Reads a number, or names separated by commas ("guilds,guild_members").
/// Gives nullopt for anything else; `unknown`, if given, receives the word
/// that was not understood.
std::optional<std::uint32_t> parse_intents(std::string_view text,
                                           std::string* unknown = nullptr);

/// Every name that parse_intents() understands, separated by ", ".
std::string intent_names();

} // namespace muster
