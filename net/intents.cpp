#include "net/intents.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace muster {

namespace {

constexpr std::array<std::pair<std::string_view, std::uint32_t>, 21> names{{
    {"guilds", 1u << 0},
    {"guild_members", 1u << 1},
    {"guild_moderation", 1u << 2},
    {"guild_expressions", 1u << 3},
    {"guild_integrations", 1u << 4},
    {"guild_webhooks", 1u << 5},
    {"guild_invites", 1u << 6},
    {"guild_voice_states", 1u << 7},
    {"guild_presences", 1u << 8},
    {"guild_messages", 1u << 9},
    {"guild_message_reactions", 1u << 10},
    {"guild_message_typing", 1u << 11},
    {"direct_messages", 1u << 12},
    {"direct_message_reactions", 1u << 13},
    {"direct_message_typing", 1u << 14},
    {"message_content", 1u << 15},
    {"guild_scheduled_events", 1u << 16},
    {"auto_moderation_configuration", 1u << 20},
    {"auto_moderation_execution", 1u << 21},
    {"guild_message_polls", 1u << 24},
    {"direct_message_polls", 1u << 25},
}};

constexpr std::uint32_t known_bits() {
  std::uint32_t all = 0;
  for (auto& [name, bit] : names)
    all |= bit;
  return all;
}

} // namespace

std::optional<std::uint32_t> parse_intents(std::string_view text,
                                           std::string* unknown) {
  auto fail = [&](std::string_view word) {
    if (unknown != nullptr)
      *unknown = std::string{word};
    return std::nullopt;
  };
  std::uint32_t number = 0;
  auto last = text.data() + text.size();
  auto [end, ec] = std::from_chars(text.data(), last, number);
  if (ec == std::errc{} && end == last) {
    if ((number & ~known_bits()) != 0)
      return fail(text);
    return number;
  }
  std::uint32_t bits = 0;
  for (;;) {
    auto comma = text.find(',');
    auto word = text.substr(0, comma);
    bool found = false;
    for (auto& [name, bit] : names)
      if (name == word) {
        bits |= bit;
        found = true;
      }
    if (!found)
      return fail(word);
    if (comma == std::string_view::npos)
      return bits;
    text.remove_prefix(comma + 1);
  }
}

std::string intent_names() {
  std::string result;
  for (auto& [name, bit] : names) {
    if (!result.empty())
      result += ", ";
    result += name;
  }
  return result;
}

} // namespace muster
