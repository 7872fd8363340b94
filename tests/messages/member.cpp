#define CAF_SUITE messages_member

#include "messages/member.hpp"

#include <thread>

#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

member_list list_of(std::string_view json) {
  return {frozen_buffer{json}, 0};
}

presence_list presences_of(std::string_view json) {
  return {frozen_buffer{json}};
}

/// The user ids of all readable members, and how many were not readable.
struct walk {
  explicit walk(std::string_view json) {
    member_cursor cursor{list_of(json)};
    while (auto* m = cursor.next())
      ids.push_back(m->user_id().value);
    malformed = cursor.malformed();
    after_the_end = cursor.next();
  }

  std::vector<std::uint64_t> ids;
  std::uint32_t malformed = 0;
  const member_view* after_the_end = nullptr;
};

using numbers = std::vector<std::uint64_t>;

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
  CAF_CHECK(walk{R"([{"user":{"id":81384788765712384}}])"}.ids
            == numbers{81384788765712384});
  CAF_CHECK(walk{R"([{"user":{"id":"81384788765712384"}}])"}.ids
            == numbers{81384788765712384});
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
  CAF_CHECK_EQUAL(m->field("id"), "");
  CAF_CHECK_EQUAL(m->field(""), "");
  // Looking twice does not disturb the cursor.
  CAF_CHECK_EQUAL(m->field("user"), R"({"id":"5","x":1})");
  CAF_CHECK(cursor.next() == nullptr);
}

CAF_TEST(B2 entries that are no member are counted and left out) {
  auto good = [](int id) {
    return R"({"user":{"id":")" + std::to_string(id) + "\"}}";
  };
  const std::string bad[] = {
      "5",
      "null",
      "\"text\"",
      "true",
      "[]",
      R"([{"user":{"id":"9"}}])",
      "{}",
      R"({"nick":"no user"})",
      R"({"user":null})",
      R"({"user":7,"nick":"x"})",
      R"({"user":[{"id":"9"}]})",
      R"({"user":{}})",
      R"({"user":{"id":null}})",
      R"({"user":{"id":"0"}})",
      R"({"user":{"id":-4}})",
      R"({"user":{"id":"12x"}})",
      R"({"user":{"id":["9"]}})",
      R"({"user":{"id":{"id":"9"}}})",
  };
  for (auto& entry : bad) {
    CAF_MESSAGE("entry: " << entry);
    walk x{'[' + good(1) + ',' + entry + ',' + good(2) + ',' + entry + ']'};
    CAF_CHECK(x.ids == (numbers{1, 2}));
    CAF_CHECK_EQUAL(x.malformed, 2u);
    CAF_CHECK(x.after_the_end == nullptr);
  }
}

CAF_TEST(a list that is none has no members) {
  for (std::string_view json : {"", " ", "[]", "[ ]", "{}", "null", "5",
                                "\"x\"", "]", ",", "nonsense"}) {
    CAF_MESSAGE("json: '" << std::string{json} << "'");
    CAF_CHECK(walk{json}.ids.empty());
  }
  CAF_CHECK_EQUAL(walk{"[]"}.malformed, 0u);
}

CAF_TEST(text cut off at any byte is survived) {
  auto whole = "[" + test::member(snowflake{1}, "\\ \" \xC3\xA9") + ", "
               + test::member(snowflake{2}) + "]";
  std::size_t wrong = 0;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    walk x{std::string_view{whole}.substr(0, n)};
    wrong += x.ids.size() > 2 || x.after_the_end != nullptr;
    for (std::size_t i = 0; i < x.ids.size(); ++i)
      wrong += x.ids[i] != i + 1;
  }
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST(cursors nest on one thread) {
  auto outer_list = list_of(test::member_array(10, 100));
  auto inner_list = list_of(test::member_array(7, 500));
  member_cursor outer{outer_list};
  std::uint64_t pairs = 0, wrong = 0, at = 100;
  while (auto* a = outer.next()) {
    member_cursor inner{inner_list};
    std::uint64_t inner_at = 500;
    while (auto* b = inner.next()) {
      wrong += b->user_id().value != inner_at++;
      wrong += b->field("nick") != "\"Nel\"";
      ++pairs;
    }
    wrong += a->user_id().value != at++ || a->nick() != "Nel";
  }
  CAF_CHECK_EQUAL(pairs, 70u);
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST(a cursor keeps the bytes of its list) {
  auto list = std::make_unique<member_list>(list_of(test::member_array(3)));
  member_cursor cursor{*list};
  list.reset();
  std::size_t count = 0;
  while (cursor.next() != nullptr)
    ++count;
  CAF_CHECK_EQUAL(count, 3u);
}

CAF_TEST(one list is read by many threads) {
  auto list = list_of(test::member_array(200));
  std::vector<std::size_t> counts(4);
  std::vector<std::thread> threads;
  for (auto& count : counts)
    threads.emplace_back([&count, list] {
      member_cursor cursor{list};
      while (auto* m = cursor.next())
        count += m->username() == "nelly";
    });
  for (auto& t : threads)
    t.join();
  CAF_CHECK(counts == std::vector<std::size_t>(4, 200));
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

CAF_TEST(presences are decoded) {
  auto first = test::presence(snowflake{7}, "idle");
  auto second = test::presence(snowflake{8}, "dnd");
  auto list = presences_of("[ " + first + " ,\n" + second + " ]");
  auto decoded = list.decode();
  CAF_REQUIRE_EQUAL(decoded.size(), 2u);
  CAF_CHECK(decoded[0].user_id == snowflake{7});
  CAF_CHECK_EQUAL(decoded[0].status, "idle");
  CAF_CHECK_EQUAL(decoded[0].json, first);
  CAF_CHECK(decoded[1].user_id == snowflake{8});
  CAF_CHECK_EQUAL(decoded[1].status, "dnd");
  CAF_CHECK_EQUAL(decoded[1].json, second);
}

CAF_TEST(presences that cannot be read are left out) {
  auto good = test::presence(snowflake{7});
  for (std::string entry :
       {"5", "null", "[]", "\"x\"", "{}", R"({"user":5,"status":"idle"})",
        R"({"user":{},"status":"idle"})", R"({"user":{"id":"x"}})",
        R"({"user":{"id":null}})"}) {
    CAF_MESSAGE("entry: " << entry);
    auto list = presences_of('[' + entry + ',' + good + ',' + entry + ']');
    auto decoded = list.decode();
    CAF_REQUIRE_EQUAL(decoded.size(), 1u);
    CAF_CHECK(decoded[0].user_id == snowflake{7});
  }
  CAF_CHECK(presence_list{}.decode().empty());
  for (auto json : {"", "[]", "{}", "null", "nonsense"})
    CAF_CHECK(presences_of(json).decode().empty());
  // The order of fields does not matter, and a status may be absent.
  auto bare = presences_of(
      R"([{"status":"idle","user":{"id":"1"}},{"user":{"id":"2"}}])");
  auto decoded = bare.decode();
  CAF_REQUIRE_EQUAL(decoded.size(), 2u);
  CAF_CHECK_EQUAL(decoded[0].status, "idle");
  CAF_CHECK_EQUAL(decoded[1].status, "");
}

CAF_TEST(presences cut off at any byte are survived) {
  auto whole = '[' + test::presence(snowflake{1}) + ','
               + test::presence(snowflake{2}) + ']';
  std::size_t most = 0;
  for (std::size_t n = 0; n < whole.size(); ++n)
    most = std::max(
        most,
        presences_of(std::string_view{whole}.substr(0, n)).decode().size());
  CAF_CHECK_LESS_OR_EQUAL(most, 2u);
}
