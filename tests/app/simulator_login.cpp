#define CAF_SUITE app_simulator_login

#include "app/simulator/login.hpp"

#include <nlohmann/json.hpp>

#include "net/opcode.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::sim;
using nlohmann::json;

namespace {

// The close code of an op 2 with this `d`; 0 if it is well-formed.
std::uint16_t refused(const json& d, const muster::sim::options& opts = {}) {
  auto x = read_identify(d, opts);
  if (auto why = std::get_if<refusal>(&x)) {
    CAF_CHECK(!why->why.empty());
    return why->code;
  }
  return 0;
}

json identify() {
  return {{"token", "t"}, {"properties", json::object()}, {"intents", 3u}};
}

} // namespace

CAF_TEST(what a query leaves away is as Discord takes it) {
  auto x = parse_connect_query("/");
  CAF_CHECK_EQUAL(x.version, "10");
  CAF_CHECK_EQUAL(x.encoding, "json");
  CAF_CHECK(x.compress == packing::none);
  CAF_CHECK(!refuse(x));
}

CAF_TEST(the order of a query is free) {
  auto x = parse_connect_query("/?encoding=json&v=9&compress=zlib-stream");
  CAF_CHECK_EQUAL(x.version, "9");
  CAF_CHECK(x.compress == packing::zlib_stream);
  CAF_CHECK(!refuse(x));
  for (auto text : {"?", "/?&&", "/?v", "/?v=10&v", "/?=&=10"})
    parse_connect_query(text);
}

CAF_TEST(another version or encoding is refused) {
  for (auto [text, code] : {std::pair{"/?v=8", 4012},
                            {"/?v=", 4012},
                            {"/?v", 4012},
                            {"/?v=1e1", 4012},
                            {"/?encoding=etf", 4002},
                            {"/?encoding", 4002}}) {
    auto why = refuse(parse_connect_query(text));
    CAF_REQUIRE(why.has_value());
    CAF_CHECK_EQUAL(why->code, code);
    CAF_CHECK(why->why.find("connect with") != std::string::npos);
  }
}

CAF_TEST(identifies of every form are read) {
  CAF_CHECK_EQUAL(refused(identify()), 0);
  auto d = identify();
  d["shard"] = nullptr;
  d["presence"] = {{"since", nullptr}};
  d["large_threshold"] = 1000u;
  d["compress"] = true;
  auto x = read_identify(d, {});
  auto& r = std::get<identify_request>(x);
  CAF_CHECK_EQUAL(r.shard.count, 1u);
  CAF_CHECK_EQUAL(r.large_threshold, 250u);
  CAF_CHECK(r.compress);
  for (const auto& other :
       {json(false), json(nullptr), json(1), json("true")}) {
    d["compress"] = other;
    auto y = read_identify(d, {});
    CAF_CHECK(!std::get<identify_request>(y).compress);
  }
}

CAF_TEST(an identify gets the close that it deserves) {
  CAF_CHECK_EQUAL(refused(nullptr), 4002);
  auto without = [](const char* key) {
    auto d = identify();
    d.erase(key);
    return refused(d);
  };
  CAF_CHECK_EQUAL(without("token"), 4004);
  CAF_CHECK_EQUAL(without("properties"), 4002);
  CAF_CHECK_EQUAL(without("intents"), 4013);
  auto with = [](const char* key, json value) {
    auto d = identify();
    d[key] = std::move(value);
    return refused(d);
  };
  CAF_CHECK_EQUAL(with("token", 7), 4004);
  CAF_CHECK_EQUAL(with("intents", 1u << 30), 4013);
  CAF_CHECK_EQUAL(with("intents", -1), 4013);
  CAF_CHECK_EQUAL(with("shard", {1, 1}), 4010);
  CAF_CHECK_EQUAL(with("shard", {0}), 4010);
  CAF_CHECK_EQUAL(with("shard", "0,1"), 4010);
}

CAF_TEST(a token may be written as in REST) {
  muster::sim::options opts;
  opts.token = "right";
  for (auto [text, code] : {std::pair{"right", 0},
                            {"Bot right", 0},
                            {"Bot ", 4004},
                            {"Bot Bot right", 4004},
                            {"bot right", 4004},
                            {"Botright", 4004},
                            {"wrong", 4004}}) {
    auto d = identify();
    d["token"] = text;
    CAF_CHECK_EQUAL(refused(d, opts), code);
    json resume{{"token", text}, {"session_id", "s"}, {"seq", 1u}};
    auto x = read_resume(resume, opts);
    CAF_CHECK_EQUAL(std::holds_alternative<resume_request>(x), code == 0);
  }
}
