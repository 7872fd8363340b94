#define CAF_SUITE actors_several_nodes

#include <set>

#include "tests/support/cluster_node.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t shards = 4;

/// Two machines on one store, which let the same time pass.
struct fixture {
  fixture() {
    for (auto x : {&first, &second})
      x->recorded |= event_bit::shard_moved;
  }

  ~fixture() {
    for (auto x : {&first, &second})
      if (x->handle)
        x->end();
  }

  void begin(cluster_node& x) {
    x.begin(
        truth, [](unsigned) { return 50u; }, shards);
    greet(x);
  }

  /// Answers what is new: HELLO, READY, RESUMED.
  void greet(cluster_node& x) {
    for (auto i = greeted[&x]; i < x.connections.size(); ++i) {
      auto& link = *x.connections[i];
      if (link.ended())
        continue;
      link.opened();
      link.say(hello(41'250ms));
      x.sched.run();
      for (auto& d : link.sent(2))
        link.say(ready({x.guild(1, d["shard"][0].get<std::uint32_t>())},
                       "s" + d["shard"][0].dump()));
      if (!link.sent(6).empty())
        link.say(resumed(43));
      x.sched.run();
    }
    greeted[&x] = x.connections.size();
  }

  void pass(caf::timespan d) {
    for (; d.count() > 0; d -= 500ms) {
      now += 500ms;
      for (auto x : {&first, &second})
        if (x->runs()) {
          x->live(500ms);
          greet(*x);
        }
    }
  }

  std::set<std::uint32_t> owned_by(cluster_node& x) {
    store_status all;
    truth->look(all);
    for (auto& node : all.nodes)
      if (node.info.node == x.last_node())
        return {node.shards.begin(), node.shards.end()};
    return {};
  }

  static std::size_t open(cluster_node& x) {
    std::size_t result = 0;
    for (auto& link : x.connections)
      result += link->ended() ? 0 : 1;
    return result;
  }

  caf::timespan now = 24h;
  std::shared_ptr<memory_store> truth =
      std::make_shared<memory_store>([this] { return caf::timestamp{now}; });
  cluster_node first{1}, second{2};
  std::map<cluster_node*, std::size_t> greeted;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(several_nodes_tests, fixture)

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
