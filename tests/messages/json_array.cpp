#define CAF_SUITE messages_json_array

#include "messages/json_array.hpp"

#include <random>

#include "messages/json_text.hpp"
#include "messages/member_cursor.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

/// A member, read by cutting each value out of the text by its brackets.
struct plain_member {
  explicit plain_member(std::string_view text) : json(text) {
    good = read(text,
                [this](auto& x) {
                  if (x.key == "nick")
                    nick = x.value;
                  return x.key != "user" || read(x.value, [this](auto& inner) {
                           if (inner.key == "id")
                             id = id_of(inner.value);
                           return true;
                         });
                })
           && id != snowflake{};
  }

  template <class F>
  static bool read(std::string_view text, F&& use) {
    field_scanner fields{text};
    field_scanner::field x;
    auto found = fields.next(x);
    for (; found == field_scanner::status::field; found = fields.next(x))
      if (!use(x))
        return false;
    return found == field_scanner::status::end && fields.rest().empty();
  }

  std::string_view json, nick;
  snowflake id;
  bool good = false;
};

} // namespace

CAF_TEST(F2 what is read in place is what its brackets say) {
  std::mt19937 random{11};
  auto below = [&](std::size_t n) { return random() % n; };
  constexpr std::string_view bytes = "{}[]\"\\,:a1 \xFF";
  std::string whole = R"([{"user":{"id":"1","username":"a b","bot":false},)"
                      R"("nick":"\"x","roles":["5","6"],"flags":0},)"
                      R"({"nick":null,"roles":[],"user":{"id":"2"}}, )"
                      R"({"user":{"id":3,"x":[{"y":"}"}]},"nick":"\\"}])";
  std::size_t readable = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto text = whole;
    for (auto left = 1 + below(3); left > 0; --left)
      switch (auto at = below(text.size()); below(3)) {
      case 0:
        text[at] = bytes[below(bytes.size())];
        break;
      case 1:
        text.erase(at, 1 + below(4));
        break;
      default:
        text.insert(at, 1, bytes[below(bytes.size())]);
      }
    member_list list{frozen_buffer{text}, 0};
    member_cursor members{list};
    field_scanner items{list.json.view()};
    field_scanner::field x;
    std::uint32_t malformed = 0;
    auto found = items.item(x);
    for (; found == field_scanner::status::field; found = items.item(x)) {
      plain_member expected{x.value};
      if (!expected.good) {
        ++malformed;
        continue;
      }
      auto* m = members.next();
      CAF_REQUIRE(m != nullptr);
      CAF_REQUIRE(m->json() == expected.json);
      CAF_REQUIRE(m->user_id() == expected.id);
      CAF_REQUIRE(m->nick() == text_of(expected.nick));
      ++readable;
    }
    malformed += found == field_scanner::status::end || text.empty() ? 0 : 1;
    CAF_REQUIRE(members.next() == nullptr);
    CAF_REQUIRE(members.malformed() == malformed);
  }
  CAF_CHECK(readable > 20'000);
}
