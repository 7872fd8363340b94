#define CAF_SUITE actors_takeovers

#include "tests/support/line_of_processes.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

struct fixture : line_of_processes {
  /// What `muster status` would show of the only shard.
  store_status::shard row() {
    store_status all;
    CAF_REQUIRE(!store->look(all));
    CAF_REQUIRE_EQUAL(all.shards.size(), 1u);
    return all.shards[0];
  }

  /// Kills the process before its connection has said anything, and starts
  /// the next one.
  void crash_in_vain() { crash_at_once(); }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(takeover_tests, fixture)

CAF_TEST(C1 who takes a shard over says from whom) {
  begin({a});
  answer_all();
  CAF_CHECK(moves.empty()); // it was nobody's
  auto first = last_node();
  restart();
  CAF_REQUIRE_EQUAL(moves.size(), 1u);
  CAF_CHECK_EQUAL(moves[0].shard.index, 0u);
  CAF_CHECK_EQUAL(moves[0].from, node_name(first));
  CAF_CHECK_EQUAL(moves[0].to, node_name(last_node()));
  CAF_CHECK_EQUAL(moves[0].epoch, 2u);
}

CAF_TEST(C6 the store shows how a shard is) {
  start();
  CAF_CHECK(row().state == shard_state::starting);
  greet({a, b});
  CAF_CHECK(row().state == shard_state::connected);
  create({a, b});
  answer(last_request());
  pass(2s);
  auto half = row();
  CAF_CHECK_EQUAL(half.guilds, 2u);
  CAF_CHECK_EQUAL(half.guilds_complete, 1u);
  CAF_CHECK(half.session && half.saved);
  answer_all();
  CAF_CHECK_EQUAL(row().guilds_complete, 2u);
  broken_connects = 1000;
  link().end(0);
  pass(3s);
  CAF_CHECK(row().state == shard_state::closed);
  broken_connects = 0;
  resume();
  CAF_CHECK(row().state == shard_state::connected);
}

CAF_TEST(C5 an owner that dies before it is connected makes the next one wait) {
  begin({a});
  answer_all();
  crash(); // it was connected
  auto before = connections.size();
  CAF_CHECK_EQUAL(before, 2u);
  crash_in_vain();
  CAF_CHECK_EQUAL(connections.size(), before);
  pass(900ms);
  CAF_CHECK_EQUAL(connections.size(), before);
  pass(200ms);
  CAF_REQUIRE_EQUAL(connections.size(), before + 1);
  crash_in_vain();
  pass(1900ms);
  CAF_CHECK_EQUAL(connections.size(), before + 1);
  pass(200ms);
  CAF_REQUIRE_EQUAL(connections.size(), before + 2);
  CAF_CHECK_EQUAL(greet_again().sent(6).size(), 1u);
  say(resumed(43));
  crash(); // all is well again
  CAF_CHECK_EQUAL(connections.size(), before + 3);
  CAF_CHECK_EQUAL(greet_again().sent(6).size(), 1u);
}

CAF_TEST(C5 the third such death costs the session and no request) {
  begin({a});
  answer_all();
  auto asked = post(ask_for::search(a, "x", 5));
  pass(1100ms);
  auto nonce = last_nonce();
  crash();
  for (int i = 0; i < 3; ++i) {
    crash_in_vain();
    pass(10s);
  }
  auto& x = greet_again();
  CAF_CHECK(x.sent(6).empty());
  pass(10s);
  CAF_CHECK_EQUAL(x.sent(2).size(), 1u);
  say(test::ready({a}, "another"));
  create({a});
  auto before = finished_requests.size();
  answer_all();
  auto ends = 0;
  for (auto i = before; i < finished_requests.size(); ++i)
    ends += finished_requests[i].nonce == nonce ? 1 : 0;
  CAF_CHECK_EQUAL(ends, 1);
}

CAF_TEST(C5 who is killed while it waits has not died of the session) {
  begin({a});
  answer_all();
  crash();
  for (int i = 0; i < 6; ++i)
    crash_in_vain(); // each but the first while it waits
  pass(1100ms);
  CAF_CHECK_EQUAL(greet_again().sent(6).size(), 1u);
}

CAF_TEST(C5 a stop while it waits loses nothing) {
  begin({a});
  answer_all();
  crash();
  crash_in_vain(); // the next one waits
  restart();       // and is stopped meanwhile
  pass(2s);
  CAF_CHECK_EQUAL(greet_again().sent(6).size(), 1u);
  say(resumed(43));
  CAF_CHECK_EQUAL(identifies(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
