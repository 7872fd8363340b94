#define CAF_SUITE messages_presence

#include "messages/presence.hpp"

#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

presence_list presences_of(std::string_view json) {
  return {frozen_buffer{json}};
}

} // namespace

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
    std::uint32_t malformed = 0;
    auto decoded = list.decode(&malformed);
    CAF_REQUIRE_EQUAL(decoded.size(), 1u);
    CAF_CHECK(decoded[0].user_id == snowflake{7});
    CAF_CHECK_EQUAL(malformed, 2u);
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

CAF_TEST(B2 a fault in the text of one presence costs no other) {
  auto bad = test::presence(snowflake{8}, "idle");
  bad.insert(bad.size() - 1, ",\"x\":\"\xFF\x01\"");
  auto list = presences_of('[' + test::presence(snowflake{7}) + ',' + bad
                           + R"(,{"user" {"id":"6"}},)"
                           + test::presence(snowflake{9}, "a\xC3\xA9") + ']');
  std::uint32_t malformed = 0;
  auto decoded = list.decode(&malformed);
  CAF_REQUIRE_EQUAL(decoded.size(), 3u);
  CAF_CHECK_EQUAL(malformed, 1u);
  CAF_CHECK(decoded[1].user_id == snowflake{8});
  CAF_CHECK_EQUAL(decoded[1].status, "idle");
  CAF_CHECK_EQUAL(decoded[1].json, bad);
  CAF_CHECK_EQUAL(decoded[2].status, "a\xC3\xA9");
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
