#define CAF_SUITE messages_member_cursor

#include "messages/member_cursor.hpp"

#include <thread>

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
