#define CAF_SUITE net_intents

#include "net/intents.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

std::string refused(std::string_view text) {
  std::string word = "(accepted)";
  if (parse_intents(text, &word))
    return "(accepted)";
  return word;
}

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

CAF_TEST(the word that was not understood is told) {
  CAF_CHECK_EQUAL(refused("guilds,guild_member"), "guild_member");
  CAF_CHECK_EQUAL(refused("guilds, guild_members"), " guild_members");
  CAF_CHECK_EQUAL(refused("Guilds"), "Guilds");
  CAF_CHECK_EQUAL(refused("guilds,"), "");
  CAF_CHECK_EQUAL(refused(""), "");
  CAF_CHECK_EQUAL(refused("-1"), "-1");
  CAF_CHECK_EQUAL(refused("3x"), "3x");
  CAF_CHECK_EQUAL(refused("4294967296"), "4294967296");
  CAF_CHECK(!parse_intents("nonsense"));
}

CAF_TEST(bits that Discord does not know are refused) {
  CAF_CHECK_EQUAL(refused("131072"), "131072"); // 1 << 17
  CAF_CHECK_EQUAL(refused("2147483648"), "2147483648");
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
