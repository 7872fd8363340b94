#define CAF_SUITE app_simulator_member_request

#include "app/simulator/member_request.hpp"

#include <nlohmann/json.hpp>

#include "messages/intent.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::sim;
using nlohmann::json;
using kind = member_request::kind;

namespace {

member_request read(const char* text) {
  return read_member_request(json::parse(text));
}

std::shared_ptr<const answer> answer_to(const char* text,
                                        std::uint32_t size = 2'500,
                                        std::uint32_t intents = 0) {
  guild g;
  g.id = snowflake{1ull << 40};
  g.index = 3;
  g.size = size;
  return make_answer(read(text), g, intents, 1000);
}

} // namespace

CAF_TEST(an empty query without limit is the whole list) {
  auto r = read(R"({"guild_id":"7","query":"","limit":0,"nonce":"n"})");
  CAF_CHECK(r.what == kind::whole_list);
  CAF_CHECK(r.guild == snowflake{7});
  CAF_CHECK(r.nonce == "n");
  CAF_CHECK(!r.presences);
  CAF_CHECK(read(R"({"guild_id":7,"query":"","limit":0})").what
            == kind::whole_list);
}

CAF_TEST(a prefix gives at most 100) {
  auto r = read(R"({"guild_id":"7","query":"nel","limit":5})");
  CAF_CHECK(r.what == kind::prefix);
  CAF_CHECK_EQUAL(r.prefix, "nel");
  CAF_CHECK_EQUAL(r.limit, 5u);
  CAF_CHECK_EQUAL(read(R"({"guild_id":"7","query":"nel","limit":0})").limit,
                  100u);
  CAF_CHECK_EQUAL(read(R"({"guild_id":"7","query":"nel","limit":250})").limit,
                  100u);
}

CAF_TEST(user ids come alone or as a list of up to 100) {
  CAF_CHECK(read(R"({"guild_id":"7","user_ids":"8"})").what == kind::user_ids);
  auto r = read(R"({"guild_id":"7","user_ids":["8",9]})");
  CAF_CHECK(r.what == kind::user_ids);
  CAF_CHECK_EQUAL(r.user_ids.size(), 2u);
  json many{{"guild_id", "7"}, {"user_ids", std::vector<unsigned>(100, 5)}};
  CAF_CHECK(read_member_request(many).what == kind::user_ids);
  many["user_ids"].push_back(5u);
  CAF_CHECK(read_member_request(many).what == kind::malformed);
}

CAF_TEST(an array of one guild is an older form of it) {
  auto r = read(R"({"guild_id":["7"],"query":"","limit":0})");
  CAF_CHECK(r.what == kind::whole_list);
  CAF_CHECK(r.guild == snowflake{7});
  CAF_CHECK(read(R"({"guild_id":[7],"user_ids":[8]})").what == kind::user_ids);
}

CAF_TEST(no user ids beside a query are none) {
  auto r = read(R"({"guild_id":"7","query":"","limit":0,"user_ids":[]})");
  CAF_CHECK(r.what == kind::whole_list);
  auto null = read(R"({"guild_id":"7","query":null,"user_ids":["8"]})");
  CAF_CHECK(null.what == kind::user_ids);
}

CAF_TEST(what Discord cannot decode is malformed and says the mend) {
  for (auto text : {"null",
                    "[]",
                    "{}",
                    R"({"query":"","limit":0})",
                    R"({"guild_id":"x","query":"","limit":0})",
                    R"({"guild_id":"0","query":"","limit":0})",
                    R"({"guild_id":"7"})",
                    R"({"guild_id":"7","query":""})",
                    R"({"guild_id":"7","limit":0})",
                    R"({"guild_id":"7","query":"","limit":-1})",
                    R"({"guild_id":"7","query":"","limit":"0"})",
                    R"({"guild_id":"7","query":7,"limit":0})",
                    R"({"guild_id":"7","user_ids":[]})",
                    R"({"guild_id":"7","user_ids":["x"]})",
                    R"({"guild_id":"7","user_ids":{}})",
                    R"({"guild_id":[],"query":"","limit":0})",
                    R"({"guild_id":["7","8"],"query":"","limit":0})",
                    R"({"guild_id":[["7"]],"query":"","limit":0})",
                    R"({"guild_id":{"7":"7"},"query":"","limit":0})",
                    R"({"guild_id":"7","query":"","limit":0.0})",
                    R"({"guild_id":"7","query":"","limit":0,"user_ids":{}})"}) {
    auto r = read(text);
    CAF_CHECK(r.what == kind::malformed);
    CAF_CHECK(r.wrong.find("must be") != std::string::npos
              || r.wrong.find("be given") != std::string::npos);
  }
  CAF_CHECK_EQUAL(std::string{to_string(kind::malformed)}, "malformed");
}

CAF_TEST(a nonce of more than 32 bytes is ignored) {
  json d{{"guild_id", "7"}, {"query", ""}, {"limit", 0u}};
  d["nonce"] = std::string(32, 'n');
  CAF_CHECK_EQUAL(read_member_request(d).nonce.value_or("").size(), 32u);
  d["nonce"] = std::string(33, 'n');
  CAF_CHECK(!read_member_request(d).nonce);
  CAF_CHECK(read_member_request(d).what == kind::whole_list);
}

CAF_TEST(a whole list has as many chunks as it needs) {
  auto text = R"({"guild_id":"7","query":"","limit":0,"nonce":"n"})";
  for (auto [size, chunks] :
       {std::pair{1u, 1u}, {999u, 1u}, {1000u, 1u}, {1001u, 2u}, {2500u, 3u}}) {
    auto given = answer_to(text, size);
    CAF_CHECK_EQUAL(given->chunk_count, chunks);
  }
  auto x = answer_to(text);
  CAF_CHECK(x->whole_list);
  CAF_CHECK(!x->not_found);
  CAF_CHECK(x->nonce == "n");
  CAF_CHECK_EQUAL(x->guild, 3u);
}

CAF_TEST(a prefix is found whatever the case) {
  auto text = R"({"guild_id":"7","query":"NEL","limit":7})";
  auto x = answer_to(text);
  CAF_CHECK_EQUAL(x->chunk_count, 1u);
  CAF_CHECK_EQUAL(x->members.size(), 7u);
  for (auto member : x->members)
    CAF_CHECK(member_text::username_begins_with(member, "nel"));
  auto nobody = R"({"guild_id":"7","query":"zzz","limit":7})";
  CAF_CHECK(answer_to(nobody)->members.empty());
  auto one = R"({"guild_id":"7","query":"muster_bot","limit":7})";
  CAF_CHECK_EQUAL(answer_to(one)->members.size(), 1u);
}

CAF_TEST(user ids are found or not found and each once) {
  auto in = to_string(member_id(3, 17));
  json d{{"guild_id", "7"}, {"user_ids", {in, "5", in, 5, "6"}}};
  auto x = answer_to(d.dump().c_str());
  CAF_CHECK(x->members == std::vector<std::uint32_t>{17});
  CAF_REQUIRE(x->not_found.has_value());
  CAF_CHECK(*x->not_found == (std::vector{snowflake{5}, snowflake{6}}));
}

CAF_TEST(presences need the intent) {
  auto text = R"({"guild_id":"7","query":"","limit":0,"presences":true})";
  CAF_CHECK(!answer_to(text, 10, intent::guild_members)->presences);
  CAF_CHECK(answer_to(text, 10, intent::guild_presences)->presences);
  auto without = R"({"guild_id":"7","query":"","limit":0})";
  CAF_CHECK(!answer_to(without, 10, intent::guild_presences)->presences);
}

CAF_TEST(a refusal names guild and nonce and the time to wait) {
  auto r = read(R"({"guild_id":"7","query":"","limit":0,"nonce":"a\"b"})");
  auto d = json::parse(rate_limited_text(r, std::chrono::milliseconds{12'345}));
  CAF_CHECK(d == json::parse(R"({"opcode":8,"retry_after":12.345,
    "meta":{"guild_id":"7","nonce":"a\"b"}})"));
  r.nonce.reset();
  d = json::parse(rate_limited_text(r, std::chrono::seconds{1}));
  CAF_CHECK(!d["meta"].contains("nonce"));
}
