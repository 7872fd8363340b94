#define CAF_SUITE net_intents

#include "net/intents.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

std::string refused(std::string_view text) {
  std::string why;
  return parse_intents(text, &why) ? "(accepted)" : why;
}

/// The sentence about a word that is no name.
std::string no_intent(std::string_view word) {
  return "'" + std::string{word} + "' is no intent; known are " + intent_names()
         + ", or give a number";
}

const std::string missing = "a name is missing; write guilds,guild_members";

} // namespace

CAF_TEST(numbers and names give the same bits) {
  CAF_CHECK(parse_intents("3") == 3u);
  CAF_CHECK(parse_intents("guilds,guild_members") == 3u);
  CAF_CHECK(parse_intents("guild_members,guilds,guilds") == 3u);
  CAF_CHECK(parse_intents("guild_presences") == 256u);
  CAF_CHECK(parse_intents("0") == 0u);
}

CAF_TEST(the bits that decide about members) {
  CAF_CHECK(parse_intents("guilds") == intent::guilds);
  CAF_CHECK(parse_intents("guild_members") == intent::guild_members);
  CAF_CHECK(parse_intents("guild_presences") == intent::guild_presences);
  CAF_CHECK_EQUAL(intent::guild_members, 1u << 1);
  CAF_CHECK_EQUAL(intent::guild_presences, 1u << 8);
}

CAF_TEST(case and spaces around do not matter) {
  for (std::string_view text :
       {"GUILDS,GUILD_MEMBERS", "guilds, guild_members",
        " Guilds ,guild_Members", "\tguilds\t,\tguild_members\r\n", " 3 "}) {
    CAF_MESSAGE("text: '" << std::string{text} << "'");
    CAF_CHECK(parse_intents(text) == 3u);
  }
}

CAF_TEST(a refusal says what was not understood) {
  CAF_CHECK_EQUAL(refused("guilds,guild_member"), no_intent("guild_member"));
  CAF_CHECK_EQUAL(refused("guilds guild_members"),
                  no_intent("guilds guild_members"));
  CAF_CHECK_EQUAL(refused("Gilds"), no_intent("Gilds"));
  CAF_CHECK_EQUAL(refused("-1"), no_intent("-1"));
  CAF_CHECK_EQUAL(refused("3x"), no_intent("3x"));
  CAF_CHECK_EQUAL(refused("0x3"), no_intent("0x3"));
  CAF_CHECK_EQUAL(refused("3,guilds"), no_intent("3"));
  for (auto text : {"guilds,", ",guilds", "guilds,,guild_members", "", " "})
    CAF_CHECK_EQUAL(refused(text), missing);
  CAF_CHECK_EQUAL(refused("4294967296"),
                  "4294967296 is too large; intents are 32 bits");
  CAF_CHECK(!parse_intents("nonsense"));
}

CAF_TEST(bits that Discord does not know are named) {
  CAF_CHECK_EQUAL(refused("33554431"),
                  "33554431 has bits of no known intent (17, 18, 19, 22, 23); "
                  "without them it is 20054015");
  CAF_CHECK_EQUAL(refused("131072"),
                  "131072 has bits of no known intent (17); without them it "
                  "is 0");
  CAF_CHECK_EQUAL(refused("2147483651"),
                  "2147483651 has bits of no known intent (31); without them "
                  "it is 3");
  CAF_CHECK(parse_intents("20054015") == 20054015u);
  CAF_CHECK(parse_intents("1048576") == 1u << 20);
}

CAF_TEST(every name is understood and has one bit of its own) {
  auto text = intent_names();
  std::uint32_t all = 0;
  int count = 0;
  for (std::size_t at = 0;;) {
    auto end = text.find(", ", at);
    auto bits = parse_intents(std::string_view{text}.substr(
        at, end == std::string::npos ? end : end - at));
    CAF_REQUIRE(bits.has_value());
    CAF_CHECK(*bits != 0 && (*bits & (*bits - 1)) == 0);
    CAF_CHECK_EQUAL(all & *bits, 0u);
    all |= *bits;
    ++count;
    if (end == std::string::npos)
      break;
    at = end + 2;
  }
  CAF_CHECK_EQUAL(count, 21);
  CAF_CHECK(parse_intents(std::to_string(all)) == all);
}
