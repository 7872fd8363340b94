#include "net/intents.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "net/words.hpp"

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

/// Names the bits, counted from 0, and the number without them.
std::string unknown_bits(std::uint32_t number) {
  std::string bits;
  for (std::uint32_t bit = 0; bit < 32; ++bit)
    if ((number & ~known_bits() & (1u << bit)) != 0)
      bits += (bits.empty() ? "" : ", ") + std::to_string(bit);
  return std::to_string(number) + " has bits of no known intent (" + bits
         + "); without them it is " + std::to_string(number & known_bits());
}

} // namespace

std::optional<std::uint32_t> parse_intents(std::string_view text,
                                           std::string* why) {
  auto fail = [&](std::string sentence) {
    if (why != nullptr)
      *why = std::move(sentence);
    return std::nullopt;
  };
  text = trimmed(text);
  std::uint32_t number = 0;
  auto last = text.data() + text.size();
  auto [end, ec] = std::from_chars(text.data(), last, number);
  if (end == last && ec == std::errc::result_out_of_range)
    return fail(std::string{text} + " is too large; intents are 32 bits");
  if (end == last && ec == std::errc{}) {
    if ((number & ~known_bits()) != 0)
      return fail(unknown_bits(number));
    return number;
  }
  std::uint32_t bits = 0;
  for (;;) {
    auto comma = text.find(',');
    auto word = trimmed(text.substr(0, comma));
    auto name = lower(word);
    auto found = std::find_if(names.begin(), names.end(),
                              [&](auto& known) { return known.first == name; });
    if (word.empty())
      return fail("a name is missing; write guilds,guild_members");
    if (found == names.end())
      return fail("'" + std::string{word} + "' is no intent; known are "
                  + intent_names() + ", or give a number");
    bits |= found->second;
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
