#define CAF_SUITE net_envelope

#include "net/envelope.hpp"

#include <algorithm>

#include "net/event_data.hpp"
#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::literals;

namespace {

struct fixture {
  envelope_reader reader;
  frozen_buffer text;
  envelope x;

  errc read(std::string_view payload) {
    text = test::padded(payload);
    return reader.read(text.view(), x);
  }
};

/// True if `part` lies inside `whole`.
bool inside(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data()
         && part.data() + part.size() <= whole.data() + whole.size();
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(envelope_tests, fixture)

CAF_TEST(B2 a dispatch in the order of Discord is not scanned) {
  CAF_CHECK_EQUAL(read(test::dispatch("MESSAGE_CREATE", 42, R"({"a":1})")),
                  errc{});
  CAF_CHECK_EQUAL(x.op, 0);
  CAF_CHECK(x.sequence == 42u);
  CAF_CHECK_EQUAL(x.name, "MESSAGE_CREATE");
  CAF_CHECK(!x.exact);
  CAF_CHECK_EQUAL(x.data, R"({"a":1}})");
  // Not even looked at.
  CAF_CHECK_EQUAL(read(test::dispatch("X", 1, "{nonsense")), errc{});
}

CAF_TEST(every order of fields gives the same answer) {
  std::vector<std::string> fields{R"("d":{"a":[1,"}"]})", R"("op":0)",
                                  R"("s":7)", R"("t":"READY")"};
  std::size_t orders = 0, wrong = 0, fast = 0;
  do {
    for (std::string space : {"", " ", "\n\t"}) {
      auto payload = "{" + space;
      for (auto& field : fields)
        payload += (payload.size() > 1 + space.size() ? "," + space : "")
                   + field + space;
      payload += "}";
      auto code = read(payload);
      auto exact = x.exact;
      wrong += !x.cut() || !x.rest.empty();
      auto data = x.data;
      wrong += code != errc{} || x.op != 0 || x.sequence != 7u
               || x.name != "READY" || data != R"({"a":[1,"}"]})"
               || !inside(x.name, text.view()) || !inside(data, text.view());
      fast += !exact;
      ++orders;
    }
  } while (std::next_permutation(fields.begin(), fields.end()));
  CAF_CHECK_EQUAL(orders, 72u);
  CAF_CHECK_EQUAL(wrong, 0u);
  CAF_CHECK_EQUAL(fast, 18u); // those with `d` at the end
}

CAF_TEST(E7 data of any type is the same in every order of fields) {
  for (std::string value : {R"({"a":[1]})", R"([{"a":1},"]"])", "[]", "null",
                            "true", "-12.5", R"("t\"ext")"}) {
    CAF_MESSAGE("value: " << value);
    CAF_CHECK_EQUAL(read(test::dispatch("X", 1, value)), errc{});
    CAF_CHECK(!x.exact);
    CAF_CHECK(x.cut());
    CAF_CHECK_EQUAL(x.data, value);
    CAF_CHECK_EQUAL(read(R"({"d":)" + value + R"(,"op":0,"s":1,"t":"X"})"),
                    errc{});
    CAF_CHECK(x.exact);
    CAF_CHECK_EQUAL(x.data, value);
  }
}

CAF_TEST(what is no dispatch is read whole) {
  struct row {
    std::string payload;
    int op;
    std::string_view data;
  };
  const row rows[] = {
      {test::hello(41250ms), 10,
       R"({"heartbeat_interval":41250,"_trace":["[\"gateway-1\"]"]})"},
      {test::heartbeat_ack(), 11, "null"},
      {test::heartbeat_request(), 1, "null"},
      {test::reconnect(), 7, "null"},
      {test::invalid_session(true), 9, "true"},
      {test::invalid_session(false), 9, "false"},
      {R"({"op":9,"d": true })", 9, "true"},
      {R"({"d": false ,"op":9})", 9, "false"},
      {R"({"op":11})", 11, ""},
      {R"({"op":1,"d":[1, 2] })", 1, "[1, 2]"},
      {R"({"op":1,"d":"t\"ext"})", 1, R"("t\"ext")"},
      {R"({"op":1,"d":-12.5 })", 1, "-12.5"},
  };
  for (auto& [payload, op, data] : rows) {
    CAF_MESSAGE("payload: " << payload);
    CAF_CHECK_EQUAL(read(payload), errc{});
    CAF_CHECK_EQUAL(x.op, op);
    CAF_CHECK_EQUAL(x.data, data);
    CAF_CHECK(x.exact);
    CAF_CHECK(!x.sequence);
    CAF_CHECK_EQUAL(x.name, "");
  }
}

CAF_TEST(a dispatch without sequence or name is read) {
  CAF_CHECK_EQUAL(read(R"({"t":"A","s":null,"op":0,"d":{}})"), errc{});
  CAF_CHECK(!x.sequence);
  CAF_CHECK_EQUAL(x.name, "A");
  CAF_CHECK_EQUAL(read(R"({"t":null,"s":5,"op":0,"d":{}})"), errc{});
  CAF_CHECK(x.sequence == 5u);
  CAF_CHECK_EQUAL(x.name, "");
}

CAF_TEST(a name of any length is read) {
  for (std::size_t size : {1, 63, 64, 65, 300}) {
    std::string name(size, 'N');
    CAF_CHECK_EQUAL(read(test::dispatch(name, 1, "{}")), errc{});
    CAF_CHECK_EQUAL(x.name, name);
    CAF_CHECK(inside(x.name, text.view()));
  }
}

CAF_TEST(unknown fields are skipped) {
  CAF_CHECK_EQUAL(read(R"({"t":"A","x":{"op":5,"d":[1]},"s":1,"op":0,)"
                       R"("d":{"b":2},"y":["d"]})"),
                  errc{});
  CAF_CHECK_EQUAL(x.op, 0);
  CAF_CHECK_EQUAL(x.data, R"({"b":2})");
}

CAF_TEST(views hold until the payload goes and not only until the next) {
  read(R"({"op":0,"d":{"a":1},"s":1,"t":"FIRST"})");
  auto kept = text;
  auto first = x;
  read(R"({"op":0,"d":{"b":2},"s":2,"t":"OTHER"})");
  CAF_CHECK_EQUAL(first.name, "FIRST");
  CAF_CHECK_EQUAL(first.data, R"({"a":1})");
}

CAF_TEST(an envelope needs an opcode) {
  for (auto payload :
       {R"({"op":"x"})", R"({"op":null})", R"({"op":-1})", R"({"op":256})",
        R"({"op":1.5})", R"({"op":[]})", R"({"op":99999999999999999999})",
        R"({"d":{}})", "{}", R"({"t":"A","s":1,"op":0.5,"d":{}})",
        R"({"t":"A","s":1,"op":-1,"d":{}})"}) {
    CAF_MESSAGE("payload: " << payload);
    CAF_CHECK_EQUAL(read(payload), errc::malformed_field);
  }
}

CAF_TEST(F2 other fields of an envelope may be of any type) {
  for (auto op : {"0", "\"0\"", "0.0"})
    for (auto s : {"7", "\"7\"", "7.0", "7e0"}) {
      CAF_CHECK_EQUAL(
          read("{\"t\":\"A\",\"s\":"s + s + ",\"op\":" + op + ",\"d\":{}}"),
          errc{});
      CAF_CHECK(x.sequence == 7u);
      CAF_CHECK_EQUAL(x.op, 0);
      CAF_CHECK_EQUAL(x.name, "A");
    }
  for (auto s : {"-1", "1.5", "\"x\"", "{}", "[1]", "true", "1e300", "null"}) {
    CAF_CHECK_EQUAL(read("{\"t\":\"A\",\"s\":"s + s + ",\"op\":0,\"d\":{}}"),
                    errc{});
    CAF_CHECK(!x.sequence);
    CAF_CHECK_EQUAL(x.name, "A");
  }
  for (auto t : {"5", "{}", "[\"A\"]", "true", "null"}) {
    CAF_CHECK_EQUAL(read("{\"t\":"s + t + ",\"s\":1,\"op\":0,\"d\":{}}"),
                    errc{});
    CAF_CHECK_EQUAL(x.name, "");
    CAF_CHECK(x.sequence == 1u);
  }
}

CAF_TEST(F2 bytes that are not UTF8 cost nothing of an envelope) {
  CAF_CHECK_EQUAL(read("{\"op\":0,\"x\":\"\xFF\x01\",\"d\":{\"a\":\"\xFF\"},"
                       "\"s\":1,\"t\":\"A\"}"),
                  errc{});
  CAF_CHECK_EQUAL(x.data, "{\"a\":\"\xFF\"}");
  CAF_CHECK_EQUAL(x.name, "A");
}

CAF_TEST(what is no object is malformed) {
  for (auto payload :
       {"", " ", "5", "null", "[]", "\"op\"", "nonsense", "{", "}", "{\"op\"",
        "{\"op\":", "{\"op\":11", "{op:11}", "[{\"op\":11}]"}) {
    CAF_MESSAGE("payload: '" << payload << "'");
    CAF_CHECK_NOT_EQUAL(read(payload), errc{});
  }
}

CAF_TEST(payloads cut off at any byte are survived) {
  const std::string payloads[] = {
      test::chunk(snowflake{5}, "n1", 0, 1, 2),
      test::guild_create(snowflake{5}, 2, false, 2),
      test::ready({snowflake{5}}),
      test::rate_limited(snowflake{5}, "n1", 1.5),
      test::hello(41250ms),
      R"({"op":0,"d":{"guild_id":"5"},"s":1,"t":"X"})",
  };
  for (auto& payload : payloads) {
    std::size_t whole = 0;
    for (std::size_t n = 0; n < payload.size(); ++n) {
      if (read(std::string_view{payload}.substr(0, n)) != errc{})
        continue;
      members_chunk chunk;
      guild_create guild;
      ready r;
      rate_limited refusal;
      auto data = x.data;
      // The last brace is that of the envelope, which is not asked for.
      bool last = n + 1 == payload.size();
      whole += !last && read_chunk(x.data, chunk) == errc{};
      whole += !last && read_guild_create(x.data, guild) == errc{};
      whole += !last && read_ready(data, r) == errc{};
      whole += !last && read_rate_limited(data, refusal) == errc{};
      read_guild_id(x.data);
    }
    CAF_CHECK_EQUAL(whole, 0u);
  }
}

CAF_TEST(F2 what follows a payload is found) {
  envelope_reader strict{true};
  const std::string first[] = {
      test::dispatch("A", 1, R"({"a":"}{"})"),
      test::dispatch("A", 1, "[1,[2]]"),
      test::dispatch("A", 1, "null"),
      R"({"op":0,"d":{"a":1},"s":1,"t":"A"})",
      R"({"t":"A","s":1,"op":0,"d":{"a":1},"x":[{}]} )",
      test::hello(41250ms),
      test::heartbeat_ack(),
  };
  for (auto& payload : first)
    for (std::string behind :
         {"", "\n", "{\"op\":11}", " {\"op\":11}", "garbage", "}", "\xFF"}) {
      CAF_MESSAGE("payload: " << payload << behind);
      CAF_CHECK_EQUAL(read(payload + behind), errc{});
      CAF_CHECK(x.cut());
      CAF_CHECK(x.cut()); // once more changes nothing
      CAF_CHECK_EQUAL(next_payload(x.rest), next_payload(behind));
      CAF_CHECK_EQUAL(strict.read(text.view(), x), errc{});
      CAF_CHECK(x.exact);
      CAF_CHECK_EQUAL(next_payload(x.rest), next_payload(behind));
    }
}

CAF_TEST(F2 the end that a reader has found is not looked for again) {
  read(R"({"t":"A","s":1,"op":0,"d": {"a":1} ,"x":2} {"op":11})");
  auto end = x.data.find('}') + 1;
  CAF_CHECK(x.cut(x.data.substr(end)));
  CAF_CHECK_EQUAL(x.data, R"({"a":1})");
  CAF_CHECK_EQUAL(x.rest, R"( {"op":11})");
}

CAF_TEST(F2 an end that is missing is told) {
  read(R"({"t":"A","s":1,"op":0,"d":{"a":1})");
  CAF_CHECK(!x.cut()); // the data is whole, the payload is not
  CAF_CHECK_EQUAL(x.data, R"({"a":1})");
  CAF_CHECK(!x.cut());
  read(R"({"t":"A","s":1,"op":0,"d":{"a":1)");
  CAF_CHECK(!x.cut());
  CAF_CHECK_EQUAL(x.data, "");
  CAF_CHECK_EQUAL(x.rest, "");
  read(R"({"t":"A","s":1,"op":0,"d":{"a":1)");
  CAF_CHECK(!x.cut({}));
  CAF_CHECK_EQUAL(x.data, "");
}

CAF_TEST(F2 a malformed payload does not hide what follows) {
  envelope_reader strict{true};
  for (std::string bad :
       {"{}", R"({"op":-1,"d":{}})", R"({op:11})", "[1]", "5 ", "\"x\"",
        "{\"op\" 11}", "}", "]", "no json at all ", "1,2:[3]}"}) {
    CAF_CHECK_NOT_EQUAL(read(bad + R"({"op":11})"), errc{});
    CAF_CHECK_EQUAL(next_payload(x.rest), R"({"op":11})");
    CAF_CHECK_NOT_EQUAL(strict.read(text.view(), x), errc{});
    CAF_CHECK_EQUAL(next_payload(x.rest), R"({"op":11})");
  }
  for (std::string none : {"}", "{\"op\":11", "\"x", "words"}) {
    CAF_CHECK_NOT_EQUAL(read(none), errc{});
    CAF_CHECK_EQUAL(x.rest, "");
  }
}

CAF_TEST(space and NULs between payloads are skipped) {
  CAF_CHECK_EQUAL(next_payload(" \t\r\n{} "), "{} ");
  CAF_CHECK_EQUAL(next_payload("\0\0{}"sv), "{}");
  CAF_CHECK_EQUAL(next_payload("\0 \0"sv), "");
  CAF_CHECK_EQUAL(next_payload(""), "");
  CAF_CHECK_EQUAL(next_payload("x"), "x");
}

CAF_TEST(B2 whole payloads are validated when that is wanted) {
  envelope_reader strict{true};
  envelope y;
  auto verdict = [&](std::string_view payload) {
    text = test::padded(payload);
    return strict.read(text.view(), y);
  };
  CAF_CHECK_EQUAL(verdict(test::chunk(snowflake{5}, "n1", 0, 1, 2)), errc{});
  CAF_CHECK_EQUAL(y.name, "GUILD_MEMBERS_CHUNK");
  for (auto data : {"{nonsense}", "{\"a\":tru}", "{\"a\":\"\xFF\"}", "{\"a\":1",
                    "{\"a\":01}"}) {
    CAF_MESSAGE("data: " << data);
    CAF_CHECK_EQUAL(read(test::dispatch("X", 1, data)), errc{});
    CAF_CHECK_EQUAL(verdict(test::dispatch("X", 1, data)),
                    errc::malformed_json);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
