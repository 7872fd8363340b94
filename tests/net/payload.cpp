#define CAF_SUITE net_payload

#include "net/payload.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/support/suite.hpp"

using namespace muster;
using nlohmann::json;

namespace {

const auto secret = *token::parse("abc.def");

json object_of(std::string_view text) {
  return json::parse(text);
}

errc refusal(std::uint8_t op, std::string data) {
  gateway_command x;
  x.op = op;
  x.data = std::move(data);
  std::string out;
  return code_of(encode_command(x, out));
}

} // namespace

CAF_TEST(a heartbeat carries the last sequence or null) {
  CAF_CHECK(object_of(encode_heartbeat(251))
            == object_of(R"({"op":1,"d":251})"));
  CAF_CHECK(object_of(encode_heartbeat(0)) == object_of(R"({"op":1,"d":0})"));
  CAF_CHECK(object_of(encode_heartbeat(std::nullopt))
            == object_of(R"({"op":1,"d":null})"));
}

CAF_TEST(identify says who and which shard) {
  auto x = object_of(encode_identify(secret, 3, {2, 16}, 250));
  CAF_CHECK_EQUAL(x["op"], 2);
  auto& d = x["d"];
  CAF_CHECK_EQUAL(d["token"], "abc.def");
  CAF_CHECK_EQUAL(d["intents"], 3);
  CAF_CHECK(d["shard"] == json::parse("[2,16]"));
  CAF_CHECK_EQUAL(d["large_threshold"], 250);
  for (auto key : {"os", "browser", "device"})
    CAF_CHECK(d["properties"][key].is_string());
  // The transport is compressed as a whole; payloads are not once more.
  CAF_CHECK(!d.contains("compress"));
  CAF_CHECK(!d.contains("presence"));
}

CAF_TEST(identify carries a presence that is an object) {
  auto with = [](std::string_view presence) {
    return object_of(encode_identify(secret, 3, {}, 250, presence))["d"];
  };
  CAF_CHECK(with(R"({"status":"idle"})")["presence"]
            == object_of(R"({"status":"idle"})"));
  for (auto bad : {"[]", "5", "{", "nonsense"})
    CAF_CHECK(!with(bad).contains("presence"));
}

CAF_TEST(resume carries session and sequence) {
  CAF_CHECK(
      object_of(encode_resume(secret, "s\"1", 7))
      == json({
          {"op", 6},
          {"d", {{"token", "abc.def"}, {"session_id", "s\"1"}, {"seq", 7}}},
      }));
}

CAF_TEST(Q1 a whole list is an empty query with limit 0) {
  auto x = guild_members_request::whole_list(snowflake{5});
  CAF_CHECK(object_of(encode_request(x, "n1"))
            == object_of(R"({"op":8,"d":{"guild_id":"5","query":"","limit":0,)"
                         R"("presences":false,"nonce":"n1"}})"));
}

CAF_TEST(Q1 a search carries query and limit) {
  auto x = guild_members_request::search(snowflake{5}, "n\"\xC3\xA9l", 10)
               .with_presences();
  auto d = object_of(encode_request(x, "n1"))["d"];
  CAF_CHECK_EQUAL(d["query"], "n\"\xC3\xA9l");
  CAF_CHECK_EQUAL(d["limit"], 10);
  CAF_CHECK_EQUAL(d["presences"], true);
  CAF_CHECK(!d.contains("user_ids"));
}

CAF_TEST(Q1 user ids go without query and limit) {
  auto x = guild_members_request::users(snowflake{5},
                                        {snowflake{UINT64_MAX}, snowflake{2}});
  auto d = object_of(encode_request(x, "n1"))["d"];
  CAF_CHECK(d["user_ids"] == json::parse(R"(["18446744073709551615","2"])"));
  CAF_CHECK(!d.contains("query"));
  CAF_CHECK(!d.contains("limit"));
}

CAF_TEST(Q8 an attempt goes out under its own nonce) {
  auto x = guild_members_request::whole_list(snowflake{5});
  x.with_nonce("of the request");
  auto d = object_of(encode_request(x, "of the attempt"))["d"];
  CAF_CHECK_EQUAL(d["nonce"], "of the attempt");
}

CAF_TEST(the largest request by user ids fits) {
  std::vector<snowflake> ids(max_user_ids, snowflake{UINT64_MAX});
  auto x = guild_members_request::users(snowflake{UINT64_MAX}, ids);
  // Each byte of a nonce may become six.
  auto text = encode_request(x, std::string(max_nonce_size, '\1'));
  CAF_CHECK_LESS_OR_EQUAL(text.size(), max_sent_payload);
}

CAF_TEST(invalid text of a caller is replaced and stays JSON) {
  auto x = guild_members_request::search(snowflake{5}, "a\xFF\xC3", 1);
  auto text = encode_request(x, "n\x80");
  CAF_CHECK(object_of(text)["d"]["query"].is_string());
  CAF_CHECK(object_of(text)["d"]["nonce"].is_string());
}

CAF_TEST(Q11 a command is wrapped under its opcode) {
  gateway_command x;
  x.op = 3;
  x.data = R"( {"status":"idle","since":null} )";
  std::string out;
  CAF_CHECK_EQUAL(encode_command(x, out), caf::none);
  CAF_CHECK(object_of(out)
            == object_of(R"({"op":3,"d":{"status":"idle","since":null}})"));
  for (std::uint8_t op : {3, 4, 31, 43, 255})
    CAF_CHECK_EQUAL(refusal(op, "{}"), errc{});
}

CAF_TEST(Q11 opcodes 1 2 6 and 8 are refused) {
  for (int op = 0; op < 256; ++op) {
    bool forbidden = op == 1 || op == 2 || op == 6 || op == 8;
    auto code = refusal(static_cast<std::uint8_t>(op), "{}");
    if ((code == errc::forbidden_opcode) != forbidden)
      CAF_ERROR("opcode " << op);
  }
  CAF_CHECK_EQUAL(refusal(8, "nonsense"), errc::forbidden_opcode);
}

CAF_TEST(Q11 the data is one JSON object) {
  for (auto data : {"", " ", "[]", "5", "null", "\"x\"", "{", "{}{}", "{} x",
                    "{'a':1}", "{\"a\":\"\xFF\"}"}) {
    CAF_MESSAGE("data: " << data);
    CAF_CHECK_EQUAL(refusal(3, data), errc::invalid_payload);
  }
}

CAF_TEST(Q11 a command over 4096 bytes is refused) {
  gateway_command x;
  x.op = 3;
  auto with = [&](std::size_t size) {
    x.data = "{\"a\":\"" + std::string(size, 'x') + "\"}";
    std::string out;
    auto error = encode_command(x, out);
    return std::make_pair(code_of(error), out.size());
  };
  auto overhead = with(0).second;
  auto [fits, size] = with(max_sent_payload - overhead);
  CAF_CHECK_EQUAL(fits, errc{});
  CAF_CHECK_EQUAL(size, max_sent_payload);
  CAF_CHECK_EQUAL(with(max_sent_payload - overhead + 1).first,
                  errc::payload_too_large);
  // What counts is the encoded size: white space is not sent.
  x.data = "{" + std::string(9000, ' ') + "}";
  std::string out;
  CAF_CHECK_EQUAL(encode_command(x, out), caf::none);
}

CAF_TEST(Q2 the largest size is told by one encoding) {
  auto ours = std::string(max_nonce_size, 'x');
  for (auto x : {guild_members_request::whole_list(snowflake{77}),
                 guild_members_request::search(snowflake{77}, "n\"\xC3\xA9", 9),
                 guild_members_request::users(snowflake{77}, {snowflake{1}})})
    for (std::string nonce : {"", "a", "\x01\x02\"\\",
                              "\x01\x01\x01\x01\x01\x01\x01\x01", "\xff"}) {
      x.with_nonce(nonce);
      auto want = std::max(encode_request(x, nonce).size(),
                           encode_request(x, ours).size());
      auto got = largest_request(x);
      CAF_CHECK_EQUAL(got, want);
    }
}
