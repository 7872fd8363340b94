#define CAF_SUITE net_event_data_guild

#include "net/event_data.hpp"

#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::literals;

namespace {

struct fixture {
  frozen_buffer text;
  guild_create guild;

  errc read_guild(std::string_view data) {
    text = test::padded(data);
    return muster::read_guild_create(text.view(), guild);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(event_data_guild_tests, fixture)

CAF_TEST(a guild is read) {
  CAF_CHECK_EQUAL(
      read_guild(test::guild_create_data(snowflake{5}, 3, false, 3)), errc{});
  CAF_CHECK(guild.id == snowflake{5});
  CAF_CHECK(!guild.large);
  CAF_CHECK(!guild.unavailable);
  CAF_CHECK_EQUAL(guild.member_count, 3u);
  CAF_CHECK_EQUAL(guild.members, 3u);
  CAF_CHECK_EQUAL(guild.members_json, test::member_array(3));
  CAF_CHECK_EQUAL(guild.presences_json, "[]");
}

CAF_TEST(S2 a guild is whole only with every member) {
  auto whole = [&](std::uint64_t count, bool large, int members) {
    auto data = test::guild_create_data(snowflake{5}, count, large, members);
    CAF_CHECK_EQUAL(read_guild(data), errc{});
    return guild.whole();
  };
  CAF_CHECK(whole(3, false, 3));
  CAF_CHECK(!whole(3, true, 3));
  CAF_CHECK(!whole(3, false, 1)); // only the bot: no intent GUILD_PRESENCES
  CAF_CHECK(!whole(3, false, 4));
  CAF_CHECK(!whole(0, false, 0));
  CAF_CHECK_EQUAL(read_guild(R"({"id":"5","member_count":1,"members":[{}]})"),
                  errc{});
  CAF_CHECK(!guild.whole()); // `large` is absent
  CAF_CHECK_EQUAL(read_guild(R"({"id":"5","large":false,"members":[{}]})"),
                  errc{});
  CAF_CHECK(!guild.whole()); // `member_count` is absent
  CAF_CHECK_EQUAL(read_guild(R"({"id":"5","large":false,"member_count":1,)"
                             R"("members":[{}],"unavailable":true})"),
                  errc{});
  CAF_CHECK(!guild.whole());
}

CAF_TEST(S4 a guild may be unavailable and say no more) {
  CAF_CHECK_EQUAL(read_guild(R"({"unavailable":true,"id":"5"})"), errc{});
  CAF_CHECK(guild.unavailable);
  CAF_CHECK_EQUAL(guild.member_count, 0u);
  CAF_CHECK_EQUAL(read_guild(R"({"id":5,"unavailable":null,"large":null,)"
                             R"("member_count":null,"members":null,)"
                             R"("presences":null})"),
                  errc{});
  CAF_CHECK(!guild.unavailable);
  CAF_CHECK(guild.large);
}

CAF_TEST(a guild without a readable id is none) {
  for (auto text :
       {"{}", R"({"id":null})", R"({"id":"x"})", R"({"id":0})", R"({"id":[]})",
        R"({"id":-5})", R"({"id":18446744073709551616})", R"({"id":1.5})"}) {
    CAF_MESSAGE("text: " << text);
    CAF_CHECK_EQUAL(read_guild(text), errc::malformed_field);
  }
}

CAF_TEST(F2 what is not needed of a guild is passed over whatever its type) {
  for (auto text :
       {R"("large":7)", R"("large":"x")", R"("large":{})",
        R"("unavailable":"x")", R"("unavailable":[true])", R"("unavailable":2)",
        R"("member_count":-1)", R"("member_count":1.5)",
        R"("member_count":"x")", R"("member_count":[3])", R"("members":{})",
        R"("members":3)", R"("members":"[]")", R"("presences":{})",
        R"("presences":"x")"}) {
    CAF_MESSAGE("text: " << text);
    CAF_CHECK_EQUAL(read_guild(R"({"id":"5",)"s + text + '}'), errc{});
    CAF_CHECK(guild.id == snowflake{5});
    CAF_CHECK(guild.large);
    CAF_CHECK(!guild.unavailable);
    CAF_CHECK_EQUAL(guild.member_count, 0u);
    CAF_CHECK_EQUAL(guild.members_json, "");
    CAF_CHECK_EQUAL(guild.presences_json, "");
  }
}

CAF_TEST(F2 what can be understood of a guild is understood) {
  for (auto count : {"1500", R"("1500")", "1500.0", "1.5e3"}) {
    CAF_CHECK_EQUAL(read_guild(R"({"id":5,"member_count":)"s + count + '}'),
                    errc{});
    CAF_CHECK_EQUAL(guild.member_count, 1500u);
  }
  for (auto yes : {"true", R"("true")", "1", R"("1")"}) {
    CAF_CHECK_EQUAL(read_guild(R"({"id":5,"large":)"s + yes
                               + R"(,"unavailable":)" + yes + '}'),
                    errc{});
    CAF_CHECK(guild.large);
    CAF_CHECK(guild.unavailable);
  }
  for (auto no : {"false", R"("false")", "0", R"("0")"}) {
    CAF_CHECK_EQUAL(read_guild(R"({"id":5,"large":)"s + no
                               + R"(,"unavailable":)" + no + '}'),
                    errc{});
    CAF_CHECK(!guild.large);
    CAF_CHECK(!guild.unavailable);
  }
}

CAF_TEST(ids of other objects are not taken for that of the guild) {
  CAF_CHECK_EQUAL(
      read_guild(R"({"roles":[{"id":"1"}],"owner":{"id":"2"},)"
                 R"("id":"5","channels":[{"id":"3","members":[1]}]})"),
      errc{});
  CAF_CHECK(guild.id == snowflake{5});
  CAF_CHECK_EQUAL(guild.members, 0u);
}

CAF_TEST(a guild cut off at any byte is survived) {
  auto whole = test::guild_create_data(snowflake{5}, 2, false, 2);
  std::size_t accepted = 0;
  for (std::size_t n = 0; n < whole.size(); ++n)
    accepted += read_guild(whole.substr(0, n)) == errc{};
  CAF_CHECK_EQUAL(accepted, 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
