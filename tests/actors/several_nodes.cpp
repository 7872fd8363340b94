#define CAF_SUITE actors_several_nodes

#include "tests/support/suite.hpp"
#include "tests/support/two_nodes.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(several_nodes_tests, two_nodes)

CAF_TEST(C11 who comes late is left its share after a while) {
  begin(first);
  pass(10s);
  CAF_CHECK_EQUAL(owned_by(first).size(), 4u);
  begin(second);
  pass(25s);
  CAF_CHECK_EQUAL(owned_by(first).size(), 4u);
  pass(25s);
  CAF_CHECK_EQUAL(owned_by(first).size(), 2u);
  CAF_CHECK_EQUAL(owned_by(second).size(), 2u);
  CAF_CHECK_EQUAL(open(first), 2u);
  CAF_CHECK_EQUAL(open(second), 2u);
  // They moved by resuming.
  for (auto& link : second.connections)
    CAF_CHECK(link->sent(2).empty());
  CAF_REQUIRE_EQUAL(second.moves.size(), 2u);
  CAF_CHECK_EQUAL(second.moves[0].from, node_name(first.last_node()));
  CAF_CHECK_EQUAL(second.moves[0].to, node_name(second.last_node()));
}

CAF_TEST(C11 who drains leaves all at once and takes none) {
  begin(first);
  begin(second);
  pass(60s);
  CAF_CHECK_EQUAL(truth->drain(first.last_node(), true), caf::none);
  pass(15s);
  CAF_CHECK(owned_by(first).empty());
  CAF_CHECK_EQUAL(open(first), 0u);
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
  // Nobody else is there: they stay where they are.
  CAF_CHECK_EQUAL(truth->drain(second.last_node(), true), caf::none);
  pass(60s);
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
  CAF_CHECK_EQUAL(truth->drain(first.last_node(), false), caf::none);
  pass(15s);
  CAF_CHECK_EQUAL(owned_by(first).size(), 4u);
}

CAF_TEST(C1 who has the address of a living process ends) {
  begin(first);
  pass(10s);
  second.values.cluster.node = first.values.cluster.node;
  begin(second);
  pass(30s);
  CAF_CHECK_EQUAL(owned_by(first).size(), 4u);
  CAF_CHECK_EQUAL(open(first), 4u);
  CAF_REQUIRE(!second.disconnects.empty());
  auto& end = second.disconnects.back();
  CAF_CHECK(end.next == next_step::none);
  CAF_CHECK(end.reason.find("--advertise") != std::string::npos);
}

CAF_TEST(C4 who stops leaves its shards to the others) {
  begin(first);
  begin(second);
  pass(60s);
  caf::anon_send(first.supervisor, stop_request{});
  pass(10s);
  first.end();
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
  CAF_CHECK_EQUAL(open(second), 4u);
}

CAF_TEST(C2 C11 the shards of the dead go to the others) {
  begin(first);
  begin(second);
  pass(60s);
  first.die();
  pass(14s);
  CAF_CHECK_EQUAL(owned_by(second).size(), 2u);
  pass(7s);
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
  CAF_CHECK_EQUAL(open(second), 4u);
}

CAF_TEST(F1 a shard whose actor dies is started again where it was) {
  begin(first);
  pass(10s);
  auto before = first.connections.size();
  first.connections[0]->throws = true;
  first.connections[0]->say(muster::test::dispatch("GUILD_CREATE", 40, "{}"));
  pass(41s); // a heartbeat finds out
  pass(5s);
  CAF_CHECK(first.connections[0]->ended());
  CAF_CHECK_EQUAL(first.connections.size(), before + 1);
  CAF_CHECK_EQUAL(open(first), 4u);
  CAF_CHECK_EQUAL(owned_by(first).size(), 4u);
}

CAF_TEST(C4 a stop during a move waits for it) {
  begin(first);
  begin(second);
  pass(60s);
  auto shard = *owned_by(first).begin();
  first.post(ask_for::search(first.guild(1, shard), "x", 5)); // on the wire
  pass(2s);
  truth->drain(first.last_node(), true);
  pass(6s);
  caf::anon_send(first.supervisor, stop_request{});
  pass(15s);
  first.end();
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
  store_status all;
  truth->look(all);
  CAF_CHECK_EQUAL(all.nodes.size(), 1u); // it has left in order
}

CAF_TEST(C11 who is alone and finds others waits for their end) {
  begin(first);
  second.values.cluster.node.clear();
  begin(second);
  truth->drain(first.last_node(), true);
  pass(60s);
  CAF_CHECK_EQUAL(owned_by(first).size(), 4u);
  CAF_CHECK(owned_by(second).empty());
  // Not even what is free is for it before they have ended.
  first.die();
  join_store other{77, 1, shards, first.values.intents, {0}};
  other.info.address = "elsewhere:1";
  joined_store joined;
  state_store::renewed renewed;
  truth->join(other, joined);
  for (int i = 0; i < 40; ++i) {
    truth->renew({77, {}}, renewed);
    pass(1s);
  }
  CAF_CHECK(owned_by(second).empty());
  truth->leave({77, {}});
  pass(20s);
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
}

CAF_TEST(C7 few identifies keep shards where they are) {
  begin(first);
  pass(10s);
  begin(second);
  identify_claimed ignored;
  // The REST API says so to the next who identifies.
  truth->claim_identify({7, 0, 99, 1000}, ignored);
  pass(60s);
  CAF_CHECK_EQUAL(owned_by(first).size(), 4u);
  // But for who drains.
  truth->drain(first.last_node(), true);
  pass(15s);
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
}

CAF_TEST_FIXTURE_SCOPE_END()
