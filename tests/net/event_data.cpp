#define CAF_SUITE net_event_data

#include "net/event_data.hpp"

#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::literals;

namespace {

using ids = std::vector<snowflake>;

/// What `read` says of `data`.
template <class T>
errc padded(errc (*read)(std::string_view, T&), std::string_view data, T& out) {
  auto text = test::padded(data);
  return read(text.view(), out);
}

errc ready_of(std::string_view data, ready& out) {
  return padded(read_ready, data, out);
}

errc delete_of(std::string_view data, guild_delete& out) {
  return padded(read_guild_delete, data, out);
}

errc refusal_of(std::string_view data, rate_limited& out) {
  return padded(read_rate_limited, data, out);
}

errc hello_of(std::string_view data, timespan& out) {
  return padded(read_hello, data, out);
}

std::optional<snowflake> guild_of(std::string_view data) {
  auto text = test::padded(data);
  return read_guild_id(text.view());
}

} // namespace

CAF_TEST(READY is read) {
  ready x;
  CAF_CHECK_EQUAL(ready_of(test::ready_data({snowflake{5}, snowflake{6}}, "s1",
                                            "wss://resume"),
                           x),
                  errc{});
  CAF_CHECK_EQUAL(x.session_id, "s1");
  CAF_CHECK_EQUAL(x.resume_gateway_url, "wss://resume");
  CAF_CHECK(x.guilds == (ids{snowflake{5}, snowflake{6}}));
  CAF_CHECK_EQUAL(ready_of(test::ready_data({}), x), errc{});
  CAF_CHECK(x.guilds.empty());
}

CAF_TEST(F2 READY counts guilds that it cannot read) {
  ready x;
  CAF_CHECK_EQUAL(
      ready_of(R"({"session_id":"s","guilds":[{"id":"1"},{"id":2},5,null,{},)"
               R"({"id":"x"},{"id":-3},{"id":0},{"id":null},{"id":"4"}]})",
               x),
      errc{});
  CAF_CHECK(x.guilds == (ids{snowflake{1}, snowflake{2}, snowflake{4}}));
  CAF_CHECK_EQUAL(x.unreadable_guilds, 7u);
  CAF_CHECK_EQUAL(x.resume_gateway_url, "");
  for (std::string entry :
       {R"({"id":18446744073709551616})", R"({"id":"18446744073709551616"})",
        R"({"id":1e30})", R"({"id":"five"})", R"({"id":[5]})", R"({"id":{}})",
        R"({"id":true})", R"({"id":1.5})", R"({"unavailable":true})", "[]",
        R"([{"id":"5"}])", "\"5\"", "\"\xFF\"", R"({"id" "5"})", "x"}) {
    CAF_MESSAGE("entry: " << entry);
    CAF_CHECK_EQUAL(ready_of(R"({"guilds":[{"id":"1"},)" + entry
                                 + R"(,{"id":"2"}],"session_id":"s"})",
                             x),
                    errc{});
    CAF_CHECK(x.guilds == (ids{snowflake{1}, snowflake{2}}));
    CAF_CHECK_EQUAL(x.unreadable_guilds, 1u);
  }
  CAF_CHECK_EQUAL(ready_of(test::ready_data({snowflake{5}}), x), errc{});
  CAF_CHECK_EQUAL(x.unreadable_guilds, 0u);
}

CAF_TEST(F2 READY needs its session and its guilds alone) {
  ready x;
  for (std::string url : {"5", "null", "{}", "[\"wss://a\"]", "true"}) {
    CAF_CHECK_EQUAL(ready_of(R"({"session_id":"s","guilds":[{"id":5.0}],)"
                             R"("resume_gateway_url":)"
                                 + url + ",\"user\":\"\xFF\x01\",\"v\":{}}",
                             x),
                    errc{});
    CAF_CHECK_EQUAL(x.resume_gateway_url, "");
    CAF_CHECK_EQUAL(x.session_id, "s");
    CAF_CHECK(x.guilds == ids{snowflake{5}});
  }
}

CAF_TEST(a malformed READY) {
  ready x;
  for (auto text : {"", "[]", "{", "5"})
    CAF_CHECK_EQUAL(ready_of(text, x), errc::malformed_json);
  for (auto text :
       {"{}", R"({"session_id":"s"})", R"({"guilds":[]})",
        R"({"session_id":"","guilds":[]})", R"({"session_id":5,"guilds":[]})",
        R"({"session_id":"s","guilds":{}})",
        R"({"session_id":"s","guilds":null})"})
    CAF_CHECK_EQUAL(ready_of(text, x), errc::malformed_field);
}

CAF_TEST(S4 an outage and a removal differ by unavailable) {
  guild_delete x;
  CAF_CHECK_EQUAL(delete_of(R"({"id":"5","unavailable":true})", x), errc{});
  CAF_CHECK(x.id == snowflake{5});
  CAF_CHECK(x.unavailable);
  for (auto text :
       {R"({"id":"5"})", R"({"id":5,"unavailable":false})",
        R"({"id":"5","unavailable":null})", R"({"id":"5","unavailable":0})",
        R"({"id":"5","unavailable":"false"})", R"({"id":"5","unavailable":{}})",
        R"({"id":"5","unavailable":"x"})"}) {
    CAF_CHECK_EQUAL(delete_of(text, x), errc{});
    CAF_CHECK(x.id == snowflake{5});
    CAF_CHECK(!x.unavailable);
  }
  for (auto yes : {"1", R"("true")", "1.0", R"("1")"}) {
    CAF_CHECK_EQUAL(
        delete_of(R"({"name":"\xFF","id":5,"unavailable":)"s + yes + '}', x),
        errc{});
    CAF_CHECK(x.unavailable);
  }
  CAF_CHECK_EQUAL(delete_of("{}", x), errc::malformed_field);
  CAF_CHECK_EQUAL(delete_of("nonsense", x), errc::malformed_json);
}

CAF_TEST(Q7 a refusal says how long to wait and for what) {
  rate_limited x;
  CAF_CHECK_EQUAL(refusal_of(R"({"opcode":8,"retry_after":12.3451,)"
                             R"("meta":{"guild_id":"5","nonce":"n1"}})",
                             x),
                  errc{});
  CAF_CHECK_EQUAL(x.opcode, 8);
  CAF_CHECK(x.retry_after == 12346ms); // never too early
  CAF_CHECK(x.guild_id == snowflake{5});
  CAF_CHECK_EQUAL(x.nonce, "n1");
  CAF_CHECK_EQUAL(refusal_of(R"({"opcode":3,"retry_after":2})", x), errc{});
  CAF_CHECK(x.retry_after == 2s);
  CAF_CHECK(x.guild_id == snowflake{});
  CAF_CHECK_EQUAL(x.nonce, "");
}

CAF_TEST(a malformed refusal) {
  rate_limited x;
  for (auto text :
       {"{}", R"({"opcode":8})", R"({"retry_after":1})",
        R"({"opcode":"x","retry_after":1})", R"({"opcode":8,"retry_after":""})",
        R"({"opcode":-8,"retry_after":1})", R"({"opcode":256,"retry_after":1})",
        R"({"opcode":8,"retry_after":1e999})",
        R"({"opcode":8,"retry_after":-1})",
        R"({"opcode":8,"retry_after":1e300})",
        R"({"opcode":8,"retry_after":null})"}) {
    CAF_MESSAGE("text: " << text);
    CAF_CHECK_EQUAL(refusal_of(text, x), errc::malformed_field);
  }
  for (auto text : {"", "[]"})
    CAF_CHECK_EQUAL(refusal_of(text, x), errc::malformed_json);
}

CAF_TEST(F2 a refusal is understood in any types) {
  rate_limited x;
  for (auto op : {"8", R"("8")", "8.0"})
    for (auto after : {"3.5", R"("3.5")"})
      for (auto meta : {"[]", "null", "5", "{}", "\"\xFF\"",
                        R"({"guild_id":[],"nonce":{}})"}) {
        CAF_CHECK_EQUAL(refusal_of(R"({"opcode":)"s + op + R"(,"retry_after":)"
                                       + after + R"(,"meta":)" + meta + '}',
                                   x),
                        errc{});
        CAF_CHECK_EQUAL(x.opcode, 8);
        CAF_CHECK(x.retry_after == 3500ms);
        CAF_CHECK(x.guild_id == snowflake{});
        CAF_CHECK_EQUAL(x.nonce, "");
      }
  CAF_CHECK_EQUAL(refusal_of(R"({"meta":{"nonce":7,"guild_id":5},)"
                             R"("retry_after":1,"opcode":8})",
                             x),
                  errc{});
  CAF_CHECK(x.guild_id == snowflake{5});
  CAF_CHECK_EQUAL(x.nonce, "7");
}

CAF_TEST(HELLO carries an interval) {
  timespan x{0};
  CAF_CHECK_EQUAL(hello_of(R"({"heartbeat_interval":41250})", x), errc{});
  CAF_CHECK(x == 41250ms);
  CAF_CHECK_EQUAL(hello_of(R"({"heartbeat_interval":"41250","_trace":5})", x),
                  errc{});
  CAF_CHECK(x == 41250ms);
  CAF_CHECK_EQUAL(hello_of(R"({"heartbeat_interval":41250.75})", x), errc{});
  CAF_CHECK(x == 41250ms);
  for (auto text :
       {"{}", R"({"heartbeat_interval":0})", R"({"heartbeat_interval":-1})",
        R"({"heartbeat_interval":0.5})", R"({"heartbeat_interval":"x"})",
        R"({"heartbeat_interval":86400001})",
        R"({"heartbeat_interval":1e300})"})
    CAF_CHECK_EQUAL(hello_of(text, x), errc::malformed_field);
  CAF_CHECK_EQUAL(hello_of("null", x), errc::malformed_json);
}

CAF_TEST(the guild of any event) {
  CAF_CHECK(guild_of(R"({"a":{"guild_id":"9"},"guild_id":"5"})")
            == snowflake{5});
  CAF_CHECK(guild_of(R"({"guild_id":5,"x":1}})") == snowflake{5});
  for (auto text : {"{}", R"({"guild_id":null})", R"({"guild_id":"x"})",
                    R"({"guild_id":0})", R"({"guild_id":-1})",
                    R"({"a":{"guild_id":"9"}})", R"({"guild_id":["5"]})"}) {
    CAF_MESSAGE("text: " << text);
    CAF_CHECK(!guild_of(text));
  }
}
