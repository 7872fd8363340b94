#define CAF_SUITE net_state_store_nodes

#include "messages/errc.hpp"
#include "tests/support/state_store_fixture.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST_FIXTURE_SCOPE(node_tests, state_store_fixture)

CAF_TEST(
    C1 a claim that is made again gives what it took before anything else) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    join(x, process(2));
    CAF_CHECK_EQUAL(claim_one(x, 2, 0).owner.shard, 0u);
    auto take = [&](std::uint64_t token, std::uint32_t most) {
      shards_claimed result;
      CAF_CHECK_EQUAL(x.claim({1, token, {0, 1}, most}, result), caf::none);
      std::vector<std::uint32_t> indexes;
      for (auto& one : result.shards)
        indexes.push_back(one.cut.owner.shard);
      return indexes;
    };
    CAF_CHECK(take(7, 0).empty());
    CAF_CHECK_EQUAL(take(8, 1), std::vector<std::uint32_t>{1});
    CAF_CHECK_EQUAL(x.leave({2, {}}), caf::none);
    CAF_CHECK_EQUAL(take(8, 1), std::vector<std::uint32_t>{1});
    CAF_CHECK_EQUAL(take(9, 1), std::vector<std::uint32_t>{0});
  });
}

CAF_TEST(C4 a shard that is released is free and nobody has died) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    join(x, process(2));
    auto mine = claim_whole(x, 1);
    auto last = next(mine.cut, "session", "books").cut;
    state_store::saved result;
    CAF_CHECK_EQUAL(x.release(last, result), caf::none);
    CAF_CHECK(result.holds);
    // Its owner lives, and has no part in it any longer.
    CAF_CHECK(renew(x, 1).own.empty());
    CAF_CHECK(!save(x, next(mine.cut)).holds);
    CAF_CHECK_EQUAL(x.release(last, result), caf::none);
    CAF_CHECK(!result.holds);
    auto theirs = claim_whole(x, 2);
    CAF_CHECK_EQUAL(number(theirs.from), 1u);
    CAF_CHECK_EQUAL(theirs.vain, 0u);
    CAF_CHECK_EQUAL(text(theirs.cut.session), "session");
    CAF_CHECK_EQUAL(theirs.cut.owner.epoch, mine.cut.owner.epoch + 1);
  });
}

CAF_TEST(C11 all see who lives and what it takes) {
  on_each_store([](state_store& x) {
    auto who = process(1);
    who.info.address = "10.0.0.1:7000";
    who.info.weight = 3;
    who.info.max_shards = 9u;
    who.info.only = "0-1";
    join(x, who);
    join(x, process(2));
    claim_one(x, 1);
    CAF_CHECK_EQUAL(x.drain(1, true), caf::none);
    CAF_CHECK(code_of(x.drain(3, true)) == errc::unknown_node);
    auto expected = who.info;
    expected.node = 1;
    expected.draining = true;
    expected.owns = 1;
    auto nodes = renew(x, 2).nodes;
    CAF_REQUIRE_EQUAL(nodes.size(), 2u);
    CAF_CHECK(nodes[0] == expected);
    CAF_CHECK(!nodes[1].max_shards);
    CAF_CHECK_EQUAL(nodes[1].weight, 1u);
    CAF_CHECK_EQUAL(x.drain(1, false), caf::none);
    auto later = renew(x, 2);
    CAF_CHECK(!later.nodes.at(0).draining);
    auto seen = look(x);
    CAF_CHECK_EQUAL(seen.nodes.at(0).info.address, "10.0.0.1:7000");
  });
}

CAF_TEST(C1 who joins anew owns nothing) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    claim_one(x, 1);
    die(x, 1);
    join(x, process(1));
    auto anew = renew(x, 1);
    CAF_CHECK(anew.own.empty());
    CAF_CHECK_EQUAL(anew.nodes.at(0).owns, 0u);
    join(x, process(2));
    CAF_CHECK_EQUAL(claim_one(x, 2).owner.node, 2u);
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
