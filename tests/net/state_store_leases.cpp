#define CAF_SUITE net_state_store_leases

#include <algorithm>

#include "messages/errc.hpp"
#include "tests/support/state_store_fixture.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(lease_tests, state_store_fixture)

CAF_TEST(C2 a renewal counts up and shows what is owned and who is there) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    join(x, process(2));
    auto mine = claim_one(x, 1, 1);
    auto first = renew(x, 2);
    CAF_CHECK(first.known);
    CAF_CHECK(first.own.empty());
    CAF_REQUIRE_EQUAL(first.others.size(), 1u);
    auto own = renew(x, 1);
    CAF_CHECK(own.known);
    CAF_REQUIRE_EQUAL(own.own.size(), 1u);
    CAF_CHECK_EQUAL(own.own[0], mine.owner);
    auto second = renew(x, 2);
    CAF_CHECK_EQUAL(second.others.at(1), first.others.at(1) + 1);
    auto third = renew(x, 1);
    CAF_CHECK_EQUAL(third.others.at(2), own.others.at(2) + 1);
  });
}

CAF_TEST(C2 the dead are marked by their counter only) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    join(x, process(2));
    auto theirs = claim_one(x, 2);
    auto seen = renew(x, 1).others.at(2);
    renew(x, 2);
    auto late = renew(x, 1, {{2, seen}});
    CAF_CHECK(late.buried.empty());
    CAF_CHECK_EQUAL(late.others.count(2), 1u);
    CAF_CHECK(claim(x, 1, {0}).empty());
    auto now_seen = late.others.at(2);
    auto marked = renew(x, 1, {{2, now_seen}, {77, 1}});
    CAF_CHECK_EQUAL(marked.buried, std::vector<std::uint64_t>{2});
    CAF_CHECK(marked.others.empty());
    CAF_CHECK(!save(x, next(theirs)).holds);
    CAF_CHECK(!renew(x, 2).known);
    CAF_CHECK_EQUAL(claim(x, 1, {0}).size(), 1u);
    // Who was marked owns nothing before it has joined anew.
    CAF_CHECK(claim(x, 2, {1}).empty());
    join(x, process(2));
    CAF_CHECK(renew(x, 2).known);
    CAF_CHECK_EQUAL(claim(x, 2, {0, 1}).size(), 1u);
  });
}

CAF_TEST(C2 who has not joined has no lease) {
  on_each_store([](state_store& x) {
    auto none = renew(x, 1);
    CAF_CHECK(!none.known);
    CAF_CHECK(none.own.empty());
    join(x, process(1));
    CAF_CHECK(renew(x, 1).known);
    CAF_CHECK_EQUAL(x.leave({1, {}}), caf::none);
    CAF_CHECK(!renew(x, 1).known);
  });
}

CAF_TEST(C5 owners that end before they are connected are counted) {
  on_each_store([this](state_store& x) {
    auto take = [&](std::uint64_t node) {
      join(x, process(node));
      return claim_whole(x, node);
    };
    shard_report begins;
    begins.begins = true;
    auto first = take(1);
    CAF_CHECK(!first.from);
    CAF_CHECK_EQUAL(first.vain, 0u);
    die(x, 1);
    auto second = take(2);
    CAF_CHECK_EQUAL(number(second.from), 1u);
    CAF_CHECK_EQUAL(second.vain, 1u);
    // The same claim, since its answer was lost.
    auto same = claim_whole(x, 2);
    CAF_CHECK_EQUAL(same.cut.owner, second.cut.owner);
    CAF_CHECK_EQUAL(number(same.from), 1u);
    CAF_CHECK_EQUAL(same.vain, 1u);
    // Its own claim is no death.
    auto again = claim_whole(x, 2, 6);
    CAF_CHECK_EQUAL(again.cut.owner.epoch, second.cut.owner.epoch + 1);
    CAF_CHECK_EQUAL(number(again.from), 2u);
    CAF_CHECK_EQUAL(again.vain, 0u);
    die(x, 2);
    // Who has not begun before it died of something else has no part in it.
    auto third = take(3);
    CAF_CHECK_EQUAL(third.vain, 1u);
    CAF_CHECK(save(x, telling(third.cut, begins)).holds);
    CAF_CHECK(save(x, telling(third.cut, {})).holds); // no progress either
    die(x, 3);
    auto fourth = take(4);
    CAF_CHECK_EQUAL(fourth.vain, 2u);
    CAF_CHECK(save(x, telling(fourth.cut, begins)).holds);
    die(x, 4);
    auto fifth = take(5);
    CAF_CHECK_EQUAL(fifth.vain, 3u);
    CAF_CHECK(save(x, telling(fifth.cut, connected)).holds);
    die(x, 5);
    CAF_CHECK_EQUAL(take(6).vain, 0u);
  });
}

CAF_TEST(C8 a renewal tells what has been in the start when there are news) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    auto start = join(x, process(2)).start_id;
    auto mine = claim_one(x, 1, 0);
    auto theirs = claim_one(x, 2, 1);
    auto ask = [&](std::uint64_t news) {
      state_store::renewed result;
      CAF_CHECK_EQUAL(x.renew({2, {}, news}, result), caf::none);
      return result;
    };
    auto first = ask(0);
    CAF_REQUIRE(first.start);
    CAF_CHECK(first.start->finished_shards.empty());
    CAF_CHECK(!ask(first.news).start);
    CAF_CHECK(save(x, next(mine)).holds);
    CAF_CHECK(!ask(first.news).start);
    CAF_CHECK(save(x, settling(mine, start, 3)).holds);
    auto second = ask(first.news);
    CAF_REQUIRE(second.start);
    CAF_CHECK_EQUAL(second.start->finished_shards.size(), 1u);
    CAF_CHECK(!second.start->finished);
    CAF_CHECK(save(x, settling(theirs, start, 4)).holds);
    auto third = ask(second.news);
    CAF_REQUIRE(third.start);
    CAF_CHECK(third.start->finished);
    CAF_CHECK(!ask(third.news).start);
  });
}

CAF_TEST(C5 who leaves in order has not died) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    auto mine = claim_one(x, 1);
    auto last = next(mine).cut;
    CAF_CHECK_EQUAL(x.leave({1, {last}}), caf::none);
    join(x, process(2));
    CAF_CHECK_EQUAL(claim_whole(x, 2).vain, 0u);
    // Nor has who has nothing to say of what it owned.
    CAF_CHECK_EQUAL(x.leave({2, {}}), caf::none);
    join(x, process(3));
    CAF_CHECK_EQUAL(claim_whole(x, 3).vain, 0u);
    // Twice is once.
    die(x, 3);
    CAF_CHECK_EQUAL(x.leave({3, {}}), caf::none);
    join(x, process(4));
    CAF_CHECK_EQUAL(claim_whole(x, 4).vain, 1u);
  });
}

CAF_TEST(C5 who leaves while it waits takes no death of others back) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    claim_one(x, 1);
    die(x, 1);
    join(x, process(2));
    CAF_CHECK_EQUAL(claim_whole(x, 2).vain, 1u);
    CAF_CHECK_EQUAL(x.leave({2, {}}), caf::none);
    join(x, process(3));
    CAF_CHECK_EQUAL(claim_whole(x, 3).vain, 1u);
  });
}

CAF_TEST(C8 a process that is about to claim keeps its start) {
  on_each_store([](state_store& x) {
    auto first = join(x, process(1, {0}));
    auto second = join(x, process(2, {1}));
    CAF_CHECK_EQUAL(second.start_id, first.start_id);
    auto mine = claim_one(x, 1, 0);
    auto theirs = claim_one(x, 2, 1);
    CAF_CHECK(!save(x, settling(mine, first.start_id, 5)).finished);
    CAF_CHECK(save(x, settling(theirs, first.start_id, 6)).finished);
    // Who was not the last hears of it with its lease, or its next claim.
    auto told = renew(x, 1).start;
    CAF_REQUIRE(told);
    auto news = *told;
    CAF_CHECK_EQUAL(news.start_id, first.start_id);
    CAF_CHECK_EQUAL(news.finished_shards.size(), 2u);
    CAF_REQUIRE(news.finished);
    CAF_CHECK_EQUAL(news.finished->members, 11u);
    shards_claimed claims;
    CAF_CHECK_EQUAL(x.claim({1, 7, {0}}, claims), caf::none);
    CAF_CHECK(claims.start.finished);
  });
}

CAF_TEST(C4 the next owner is given the age of the session) {
  on_each_store([this](state_store& x) {
    join(x, process(1));
    auto mine = claim_one(x, 1);
    auto report = connected;
    report.session_at = now;
    CAF_CHECK(save(x, telling(mine, report)).holds);
    CAF_CHECK(save(x, next(mine)).holds); // without one: as before
    CAF_CHECK_EQUAL(x.leave({1, {}}), caf::none);
    join(x, process(2));
    auto theirs = claim_one(x, 2);
    CAF_REQUIRE(theirs.report);
    report.state = shard_state::starting;
    CAF_CHECK(*theirs.report == report);
  });
}

CAF_TEST(who looks sees processes and shards) {
  on_each_store([this](state_store& x) {
    join(x, process(1));
    auto empty = look(x);
    CAF_REQUIRE_EQUAL(empty.shards.size(), 2u);
    CAF_CHECK(!empty.identifies_left);
    CAF_CHECK(!empty.finished);
    for (auto& shard : empty.shards) {
      CAF_CHECK(!shard.owner);
      CAF_CHECK(shard.state == shard_state::free);
      CAF_CHECK_EQUAL(shard.epoch, 0u);
      CAF_CHECK(!shard.session && !shard.saved);
    }
    auto mine = claim_one(x, 1);
    CAF_CHECK(look(x).shards[0].state == shard_state::starting);
    auto report = connected;
    report.session_at = now - 5s;
    CAF_CHECK(save(x, telling(mine, report)).holds);
    identify(x, {0, 0, 900, 0});
    now += 2s;
    renew(x, 1);
    now += 1s;
    auto full = look(x);
    CAF_REQUIRE_EQUAL(full.nodes.size(), 1u);
    CAF_CHECK_EQUAL(full.nodes[0].info.node, 1u);
    CAF_CHECK_EQUAL(full.nodes[0].renewed.count(), 1000);
    CAF_CHECK_EQUAL(full.nodes[0].shards, std::vector<std::uint32_t>{0});
    auto& shard = full.shards[0];
    CAF_CHECK_EQUAL(number(shard.owner), 1u);
    CAF_CHECK_EQUAL(shard.epoch, 1u);
    CAF_CHECK(shard.state == shard_state::connected);
    CAF_CHECK_EQUAL(shard.guilds, 3u);
    CAF_CHECK_EQUAL(shard.guilds_complete, 2u);
    CAF_REQUIRE(shard.session && shard.saved);
    CAF_CHECK_EQUAL(shard.session->count(), 8000);
    CAF_CHECK_EQUAL(shard.saved->count(), 3000);
    CAF_REQUIRE(full.identifies_left);
    CAF_CHECK_EQUAL(*full.identifies_left, 899u);
    // What a process leaves is shown on, without an owner.
    CAF_CHECK_EQUAL(x.leave({1, {}}), caf::none);
    auto left = look(x);
    CAF_CHECK(left.nodes.empty());
    CAF_CHECK(!left.shards[0].owner);
    CAF_CHECK(left.shards[0].state == shard_state::free);
    CAF_CHECK_EQUAL(left.shards[0].guilds, 3u);
  });
}

CAF_TEST(C8 who looks sees that the start has finished) {
  on_each_store([](state_store& x) {
    join(x, process(1, {0}));
    auto mine = claim_one(x, 1);
    auto start = look(x);
    CAF_CHECK(!start.finished);
    CAF_CHECK(save(x, settling(mine, 101, 5)).holds);
    CAF_CHECK(look(x).finished);
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
