#define CAF_SUITE app_simulator_rest

#include "app/simulator/rest.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/suite.hpp"

using namespace muster::sim;
using nlohmann::json;

namespace {

const muster::time_point t0{};

} // namespace

CAF_TEST(clients are sent to the host that they named) {
  for (auto host : {"localhost", "Gate-1.example:4000", "[::1]:4000"}) {
    auto plain = gateway_url(false, host, "127.0.0.1:7");
    CAF_CHECK_EQUAL(plain, std::string{"ws://"} + host);
  }
  auto encrypted = gateway_url(true, "localhost", "127.0.0.1:7");
  CAF_CHECK_EQUAL(encrypted, "wss://localhost");
}

CAF_TEST(what is no host leads to the own address) {
  for (auto host : {"", "\xff\xfe", "a b", "a\"b", "host/path", "u@host"}) {
    auto url = gateway_url(false, host, "127.0.0.1:7");
    CAF_CHECK_EQUAL(url, "ws://127.0.0.1:7");
  }
}

CAF_TEST(REST says where the gateway is and what the limits are) {
  muster::sim::options opts;
  opts.token = "right";
  gateway gw{opts, t0};
  rest_request r{"GET", "/api/v10/gateway/bot", "Bot right", "ws://here"};
  auto answer = answer_rest(r, gw, t0);
  CAF_CHECK_EQUAL(answer.status, 200u);
  auto body = json::parse(answer.body);
  CAF_CHECK(body["url"] == "ws://here");
  CAF_CHECK(body["shards"] == opts.shards);
  CAF_CHECK(body["session_start_limit"]["remaining"]
            == opts.session_start_total);
  r.authorization = "Bot wrong";
  auto refused = answer_rest(r, gw, t0);
  CAF_CHECK_EQUAL(refused.status, 401u);
  r.target = "/api/v10/gateway";
  auto open_to_all = answer_rest(r, gw, t0);
  CAF_CHECK_EQUAL(open_to_all.status, 200u);
  r.method = "POST";
  auto unknown = answer_rest(r, gw, t0);
  CAF_CHECK_EQUAL(unknown.status, 404u);
}
