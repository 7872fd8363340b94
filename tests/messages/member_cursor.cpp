#define CAF_SUITE messages_member_cursor

#include "messages/member_cursor.hpp"

#include <thread>

#include "messages/unreadable.hpp"
#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

member_list list_of(std::string_view json) {
  return {frozen_buffer{json}, 0};
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
  for (std::string_view json : {"{}", "null", "5", "\"x\"", "]", ",",
                                "nonsense", " ", "{\"user\":{\"id\":\"1\"}}"}) {
    CAF_MESSAGE("json: '" << std::string{json} << "'");
    walk x{json};
    CAF_CHECK(x.ids.empty());
    CAF_CHECK_EQUAL(x.malformed, 1u);
  }
  for (auto json : {"", "[]", "[ ]"}) {
    CAF_CHECK(walk{json}.ids.empty());
    CAF_CHECK_EQUAL(walk{json}.malformed, 0u);
  }
}

CAF_TEST(B2 a fault in the text of one member costs no member) {
  auto with_nick = [](int id, std::string nick) {
    return "{\"nick\":\"" + nick + R"(","user":{"id":")" + std::to_string(id)
           + "\"}}";
  };
  const std::pair<std::string, std::string> faults[] = {
      {"a\xFFz", "a\xEF\xBF\xBDz"},
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\\ud83d", "\xEF\xBF\xBD"},
      {"\xC3", "\xEF\xBF\xBD"},
      {"a\x01z", "a\x01z"},
      {"a\nz", "a\nz"},
      {std::string("a\0z", 3), std::string("a\0z", 3)},
      {"\\q", "\xEF\xBF\xBDq"},
  };
  for (auto& [nick, expected] : faults)
    for (int where = 1; where <= 3; ++where) {
      std::string json = "[";
      for (int id = 1; id <= 3; ++id)
        json += (id > 1 ? "," : "")
                + with_nick(id, id == where ? nick : "good \xC3\xA9");
      member_cursor cursor{list_of(json + ']')};
      for (int id = 1; id <= 3; ++id) {
        auto* m = cursor.next();
        CAF_REQUIRE(m != nullptr);
        CAF_CHECK_EQUAL(m->user_id().value, static_cast<unsigned>(id));
        CAF_CHECK(m->nick() == (id == where ? expected : "good \xC3\xA9"));
        // Raw bytes stay raw.
        if (id == where) {
          CAF_CHECK_EQUAL(m->json(), with_nick(id, nick));
          CAF_CHECK_EQUAL(m->field("nick"), '"' + nick + '"');
        }
      }
      CAF_CHECK(cursor.next() == nullptr);
      CAF_CHECK_EQUAL(cursor.malformed(), 0u);
    }
}

CAF_TEST(B2 a member whose JSON is broken hides no other) {
  auto good = [](int id) {
    return R"({"user":{"id":")" + std::to_string(id) + "\"}}";
  };
  for (std::string entry :
       {R"({"user":{"id":"9"},"a" 1})", R"({"user":{"id":"9"} "a":1})",
        R"({"user" {"id":"9"}})", R"({user:{"id":"9"}})", R"({"user":})",
        R"({"user":{"id":}})", R"({"user":{"id":"9","x"}})",
        R"({"user":{"id":"9"},})", R"({,"user":{"id":"9"}})", R"({"a":[1})",
        R"({"user":{"id":"9"},"a":x[}])", R"({"user":{"id":"9"]})",
        "{\"user\":{\"id\":\"9\xFF\"}}", "nul", "{\"\xFF\"}", "}", "\x01"}) {
    CAF_MESSAGE("entry: " << entry);
    if (entry == R"({"a":[1})")
      entry += "]"; // the brackets of the list are counted, not compared
    walk x{'[' + good(1) + ',' + entry + ',' + good(2) + ',' + entry + ','
           + good(3) + ']'};
    CAF_CHECK(x.ids == (numbers{1, 2, 3}));
    CAF_CHECK_EQUAL(x.malformed, 2u);
    CAF_CHECK(x.after_the_end == nullptr);
  }
  // One first, one last, and all but one.
  CAF_CHECK((walk{"[{]," + good(1) + "]"}.malformed > 0));
  walk some{"[5," + good(1) + ",6]"};
  CAF_CHECK(some.ids == numbers{1});
  CAF_CHECK_EQUAL(some.malformed, 2u);
}

CAF_TEST(B2 commas that are too many or too few cost no member) {
  for (auto json : {R"([{"user":{"id":"1"}} {"user":{"id":"2"}}])",
                    R"([{"user":{"id":"1"}},,{"user":{"id":"2"}}])",
                    R"([,{"user":{"id":"1"}},{"user":{"id":"2"}},])"}) {
    walk x{json};
    CAF_CHECK(x.ids == (numbers{1, 2}));
    CAF_CHECK_EQUAL(x.malformed, 0u);
  }
}

CAF_TEST(B2 a list that is cut off is counted) {
  walk x{R"([{"user":{"id":"1"}},{"user":{"id":"2"}},{"user":{"id)"};
  CAF_CHECK(x.ids == (numbers{1, 2}));
  CAF_CHECK_EQUAL(x.malformed, 1u);
}

namespace {

std::vector<unreadable_entries> told;

/// Keeps what is told while it lives.
struct told_scope {
  told_scope() {
    told.clear();
    set_unreadable_handler(
        [](const unreadable_entries& x) noexcept { told.push_back(x); });
  }
  ~told_scope() { set_unreadable_handler(nullptr); }
};

} // namespace

CAF_TEST(B2 what could not be read is told once with its guild) {
  told_scope scope;
  auto list = list_of(R"([5,{"user":{"id":"1"}},6,{"user":{"id":"2"}}])");
  list.guild_id = snowflake{77};
  {
    member_cursor whole{list};
    while (whole.next() != nullptr)
      continue;
    CAF_CHECK(whole.next() == nullptr);
  }
  CAF_REQUIRE_EQUAL(told.size(), 1u);
  CAF_CHECK_EQUAL(told[0].what, "members");
  CAF_CHECK(told[0].guild_id == snowflake{77});
  CAF_CHECK_EQUAL(told[0].count, 2u);
  {
    member_cursor given_up{list};
    given_up.next();
  }
  CAF_REQUIRE_EQUAL(told.size(), 2u);
  CAF_CHECK_EQUAL(told[1].count, 1u);
  walk{R"([{"user":{"id":"1"}}])"};
  CAF_CHECK_EQUAL(told.size(), 2u);
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
