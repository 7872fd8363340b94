#define CAF_SUITE messages_member

#include "messages/member_cursor.hpp"

#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

member_list list_of(std::string_view json) {
  return {frozen_buffer{json}, 0};
}

} // namespace

CAF_TEST(every accessor reads its field) {
  member_cursor cursor{
      list_of('[' + test::member(snowflake{77}, "nelly") + ']')};
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  CAF_CHECK(m->user_id() == snowflake{77});
  CAF_CHECK_EQUAL(m->username(), "nelly");
  CAF_CHECK(m->global_name() == "Nelly");
  CAF_CHECK_EQUAL(m->discriminator(), "0");
  CAF_CHECK(m->user_avatar() == "a_0f");
  CAF_CHECK(m->bot());
  CAF_CHECK_EQUAL(m->public_flags(), 64u);
  CAF_CHECK(m->nick() == "Nel");
  CAF_CHECK(m->avatar() == "guildavatar");
  CAF_CHECK(m->banner() == "guildbanner");
  CAF_CHECK(m->roles() == (std::vector{snowflake{41}, snowflake{42}}));
  CAF_CHECK_EQUAL(m->joined_at(), "2024-05-06T07:08:09.123000+00:00");
  CAF_CHECK(m->premium_since() == "2025-01-02T03:04:05+00:00");
  CAF_CHECK(m->communication_disabled_until() == "2026-01-02T03:04:05+00:00");
  CAF_CHECK(m->deaf());
  CAF_CHECK(m->mute());
  CAF_CHECK(m->pending());
  CAF_CHECK_EQUAL(m->flags(), 3u);
  CAF_CHECK(cursor.next() == nullptr);
  CAF_CHECK(cursor.next() == nullptr);
  CAF_CHECK_EQUAL(cursor.malformed(), 0u);
}

CAF_TEST(null and absent fields read alike) {
  auto nulls =
      R"({"user":{"id":"5","username":null,"global_name":null,)"
      R"("discriminator":null,"avatar":null,"bot":null,"public_flags":null},)"
      R"("nick":null,"avatar":null,"banner":null,"roles":null,)"
      R"("joined_at":null,"premium_since":null,"deaf":null,"mute":null,)"
      R"("pending":null,"flags":null,"communication_disabled_until":null})";
  auto absent = R"({"user":{"id":"5"}})";
  for (std::string json : {nulls, absent}) {
    member_cursor cursor{list_of('[' + json + ']')};
    auto* m = cursor.next();
    CAF_REQUIRE(m != nullptr);
    CAF_CHECK(m->user_id() == snowflake{5});
    CAF_CHECK_EQUAL(m->username(), "");
    CAF_CHECK(!m->global_name());
    CAF_CHECK_EQUAL(m->discriminator(), "");
    CAF_CHECK(!m->user_avatar());
    CAF_CHECK(!m->bot());
    CAF_CHECK_EQUAL(m->public_flags(), 0u);
    CAF_CHECK(!m->nick());
    CAF_CHECK(!m->avatar());
    CAF_CHECK(!m->banner());
    CAF_CHECK(m->roles().empty());
    CAF_CHECK_EQUAL(m->joined_at(), "");
    CAF_CHECK(!m->premium_since());
    CAF_CHECK(!m->communication_disabled_until());
    CAF_CHECK(!m->deaf());
    CAF_CHECK(!m->mute());
    CAF_CHECK(!m->pending());
    CAF_CHECK_EQUAL(m->flags(), 0u);
  }
}

CAF_TEST(what a user wears is read) {
  member_cursor cursor{list_of(
      R"([{"avatar_decoration_data":{"sku_id":"8","asset":"of the guild"},)"
      R"("user":{"id":"5","banner":"b\u0031","accent_color":16711680,)"
      R"("system":true,"avatar_decoration_data":{"asset":"a_1","sku_id":9},)"
      R"("primary_guild":{"identity_guild_id":"6","identity_enabled":true,)"
      R"("tag":"T\u0041G","badge":"7d"}}},)"
      R"({"avatar_decoration_data":[],"user":{"id":"6","banner":7,)"
      R"("accent_color":16777216,"system":"no","avatar_decoration_data":{},)"
      R"("primary_guild":{"identity_guild_id":null,"tag":null}}}])")};
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  CAF_CHECK(m->user_banner() == "b1");
  CAF_CHECK(m->accent_color() == 0xFF0000u);
  CAF_CHECK(m->system());
  CAF_CHECK(m->user_avatar_decoration() == (decoration{"a_1", snowflake{9}}));
  CAF_CHECK(m->avatar_decoration()
            == (decoration{"of the guild", snowflake{8}}));
  CAF_CHECK(m->primary_guild() == (guild_tag{snowflake{6}, true, "TAG", "7d"}));
  m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  CAF_CHECK(!m->user_banner());
  CAF_CHECK(!m->accent_color());
  CAF_CHECK(!m->system());
  CAF_CHECK(m->user_avatar_decoration() == decoration{});
  CAF_CHECK(!m->avatar_decoration());
  CAF_CHECK(m->primary_guild() == guild_tag{});
}

CAF_TEST(text with a scratch is the same text) {
  std::string json =
      R"({"nick":"N\u00e9l","avatar":"guild","banner":"","joined_at":"now",)"
      R"("premium_since":"then","communication_disabled_until":null,)"
      R"("user":{"id":"5","username":"n\n","global_name":"plain",)"
      R"("discriminator":"0","avatar":"a_0f","banner":"b\\"}})";
  member_cursor cursor{list_of('[' + json + ']')};
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  std::string s;
  CAF_CHECK_EQUAL(std::string{m->username(s)}, m->username());
  CAF_CHECK_EQUAL(std::string{m->discriminator(s)}, m->discriminator());
  CAF_CHECK_EQUAL(std::string{m->joined_at(s)}, m->joined_at());
  CAF_CHECK(m->global_name(s) == m->global_name());
  CAF_CHECK(m->user_avatar(s) == m->user_avatar());
  CAF_CHECK(m->user_banner(s) == m->user_banner());
  CAF_CHECK(m->nick(s) == m->nick());
  CAF_CHECK(m->avatar(s) == m->avatar());
  CAF_CHECK(m->banner(s) == m->banner());
  CAF_CHECK(m->premium_since(s) == m->premium_since());
  CAF_CHECK(!m->communication_disabled_until(s));
  // What needs no decoding is not copied.
  auto plain = *m->global_name(s);
  CAF_CHECK(plain.data() > m->json().data());
  CAF_CHECK(plain.data() < m->json().data() + m->json().size());
}

CAF_TEST(a field does not leak into the next member) {
  member_cursor cursor{
      list_of('[' + test::member(snowflake{1}) + R"(,{"user":{"id":"2"}}])")};
  CAF_REQUIRE(cursor.next() != nullptr);
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  CAF_CHECK(m->user_id() == snowflake{2});
  CAF_CHECK(!m->nick());
  CAF_CHECK(m->roles().empty());
  CAF_CHECK(!m->bot());
}

CAF_TEST(escapes and unicode are decoded) {
  member_cursor cursor{list_of(
      R"([{"nick":"\"q\" \\ \/ \u00e9 \ud83d\ude00 \n","user":{)"
      "\"username\":\"\xC3\xA9l\xC3\xA8ve \xF0\x9F\x98\x80\","
      R"("global_name":"ends in a backslash \\","id":"5","avatar":""}}])")};
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  CAF_CHECK(m->nick() == "\"q\" \\ / \xC3\xA9 \xF0\x9F\x98\x80 \n");
  CAF_CHECK_EQUAL(m->username(), "\xC3\xA9l\xC3\xA8ve \xF0\x9F\x98\x80");
  CAF_CHECK(m->global_name() == "ends in a backslash \\");
  CAF_CHECK(m->user_avatar() == "");
}

CAF_TEST(the id is a string or an integer) {
  for (std::string_view json : {R"([{"user":{"id":81384788765712384}}])",
                                R"([{"user":{"id":"81384788765712384"}}])"}) {
    member_cursor cursor{list_of(json)};
    auto* m = cursor.next();
    CAF_REQUIRE(m != nullptr);
    CAF_CHECK_EQUAL(m->user_id().value, 81384788765712384u);
  }
}

CAF_TEST(fields of other objects are not taken for those of the member) {
  member_cursor cursor{list_of(
      R"([{"avatar":"of the guild","user":{"avatar":"of the user","id":"5",)"
      R"("flags":9,"banner":"of the user","primary_guild":{"id":"6",)"
      R"("avatar":"of a clan"},"collectibles":{"nick":[{"id":"7"}]}},)"
      R"("unknown":{"nick":"no","deaf":true}}])")};
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  CAF_CHECK(m->user_id() == snowflake{5});
  CAF_CHECK(m->avatar() == "of the guild");
  CAF_CHECK(m->user_avatar() == "of the user");
  CAF_CHECK(!m->banner());
  CAF_CHECK(!m->nick());
  CAF_CHECK(!m->deaf());
  CAF_CHECK_EQUAL(m->flags(), 0u);
}

CAF_TEST(the order of fields does not matter) {
  member_cursor cursor{list_of(
      R"([{"flags":3,"roles":["8"],"user":{"bot":true,"id":"5"},"nick":"n"}])")};
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  CAF_CHECK(m->user_id() == snowflake{5});
  CAF_CHECK(m->bot());
  CAF_CHECK(m->nick() == "n");
  CAF_CHECK_EQUAL(m->flags(), 3u);
  CAF_CHECK(m->roles() == std::vector{snowflake{8}});
}

CAF_TEST(json is exactly the text of the object) {
  auto first = test::member(snowflake{1}, "a \" quote } and ] brackets");
  auto second = std::string{"{ \"user\" : {\"id\":\"2\"} , \"x\":[ 1 ] }"};
  auto third = std::string{R"({"user":{"id":"3"},"nick":"ends }"})"};
  member_cursor cursor{
      list_of("[ \n" + first + " \t,\r\n  " + second + "\n," + third + "\n ]")};
  for (auto& expected : {first, second, third}) {
    auto* m = cursor.next();
    CAF_REQUIRE(m != nullptr);
    CAF_CHECK_EQUAL(m->json(), expected);
  }
  CAF_CHECK(cursor.next() == nullptr);
}

CAF_TEST(any field can be had as raw text) {
  member_cursor cursor{list_of(
      R"([{"user":{"id":"5","x":1},"a" : "t\"" ,"n":-1.5e3 ,"l":[1, 2] ,)"
      R"("b":false,"z":null,"o":{ } }])")};
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  CAF_CHECK_EQUAL(m->field("user"), R"({"id":"5","x":1})");
  CAF_CHECK_EQUAL(m->field("a"), R"("t\"")");
  CAF_CHECK_EQUAL(m->field("n"), "-1.5e3");
  CAF_CHECK_EQUAL(m->field("l"), "[1, 2]");
  CAF_CHECK_EQUAL(m->field("b"), "false");
  CAF_CHECK_EQUAL(m->field("z"), "null");
  CAF_CHECK_EQUAL(m->field("o"), "{ }");
  CAF_CHECK_EQUAL(m->user_field("id"), R"("5")");
  CAF_CHECK_EQUAL(m->user_field("x"), "1");
  CAF_CHECK_EQUAL(m->user_field("y"), "");
  CAF_CHECK_EQUAL(m->field("id"), "");
  CAF_CHECK_EQUAL(m->field(""), "");
  // Looking twice does not disturb the cursor.
  CAF_CHECK_EQUAL(m->field("user"), R"({"id":"5","x":1})");
  CAF_CHECK(cursor.next() == nullptr);
}

CAF_TEST(roles that cannot be read are left out) {
  member_cursor cursor{list_of(
      R"([{"user":{"id":"5"},"roles":["1","x","","0", "2" ,"-3","4"]}])")};
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  std::vector<snowflake> roles{snowflake{99}};
  m->roles(roles);
  CAF_CHECK(roles == (std::vector{snowflake{1}, snowflake{2}, snowflake{4}}));
}

CAF_TEST(F2 what can be understood is understood) {
  member_cursor cursor{list_of(
      R"([{"user":{"id":5,"bot":1,"public_flags":"64","username":5,)"
      R"("global_name":{}},"roles":[1,"2",3.5,null,{"id":"x"}, 4 ,5],)"
      R"("deaf":"true","mute":0,"pending":"x","flags":3.0,"nick":[]}])")};
  auto* m = cursor.next();
  CAF_REQUIRE(m != nullptr);
  CAF_CHECK(m->bot());
  CAF_CHECK_EQUAL(m->public_flags(), 64u);
  CAF_CHECK_EQUAL(m->username(), "");
  CAF_CHECK(!m->global_name());
  CAF_CHECK(m->deaf());
  CAF_CHECK(!m->mute());
  CAF_CHECK(!m->pending());
  CAF_CHECK_EQUAL(m->flags(), 3u);
  CAF_CHECK(!m->nick());
  CAF_CHECK(
      m->roles()
      == (std::vector{snowflake{1}, snowflake{2}, snowflake{4}, snowflake{5}}));
}
