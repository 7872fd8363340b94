#define CAF_SUITE actors_far_takeovers

#include "tests/support/two_nodes.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// Two processes that know all members of their guilds.
struct chunked : two_nodes {
  chunked() {
    for (auto x : {&first, &second})
      x->values.auto_chunk = true;
  }

  void begin_all() {
    begin(first);
    pass(20s);
    for (auto& link : first.connections)
      for (auto& d : link->sent(2))
        link->say(guild_create(
            first.guild(1, d["shard"][0].get<std::uint32_t>()), 5));
    run();
    CAF_REQUIRE_EQUAL(asked(first), shards);
    for (std::uint32_t i = 0; i < shards; ++i)
      answer(first, first.guild(1, i));
    begin(second);
    pass(60s);
    CAF_REQUIRE_EQUAL(owned_by(first).size(), 2u);
    asked_before = asked(second);
  }

  std::size_t asked_before = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(far_takeover_tests, chunked)

CAF_TEST(C10 C13 listeners of this process alone decide whether to rechunk) {
  first.recorded = second.recorded = ~0u;
  first.recorded_scope = scope::bot;
  second.recorded &= ~event_bit::guild_members_chunk;
  begin_all();
  CAF_CHECK(!first.chunks.empty());
  // The one that ends takes its listener along; who has another is a third.
  cluster_node third{3};
  third.values.auto_chunk = true;
  third.values.cluster.weight = 0;
  third.recorded = ~0u;
  third.recorded_scope = scope::bot;
  begin(third);
  others.push_back(&third);
  pass(10s);
  first.die();
  pass(30s);
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
  CAF_CHECK_EQUAL(asked(second), asked_before);
  third.end();
  others.clear();
}

CAF_TEST(C10 C13 who listens to the bot is a listener of its own process) {
  second.recorded = ~0u;
  second.recorded_scope = scope::bot;
  begin_all();
  first.die();
  pass(30s);
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
  CAF_CHECK_EQUAL(asked(second), asked_before + 2);
}

CAF_TEST_FIXTURE_SCOPE_END()
