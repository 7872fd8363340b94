#define CAF_SUITE net_state_store

#include "net/state_store.hpp"

#include "messages/errc.hpp"
#include "tests/support/state_store_fixture.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

CAF_TEST_FIXTURE_SCOPE(state_store_tests, state_store_fixture)

CAF_TEST(C1 a shard has one owner) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    join(x, process(2));
    auto mine = claim_one(x, 1);
    CAF_CHECK_EQUAL(mine.owner, (shard_owner{0, 1, 1, 5}));
    CAF_CHECK(claim(x, 2, {0}).empty());
    auto theirs = claim(x, 2, {0, 1});
    CAF_REQUIRE_EQUAL(theirs.size(), 1u);
    CAF_CHECK_EQUAL(theirs[0].owner.shard, 1u);
  });
}

CAF_TEST(C1 who claims its own shard anew overtakes itself) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    auto first = claim_one(x, 1);
    auto second = claim_one(x, 1, 0, 6);
    CAF_CHECK_EQUAL(second.owner.epoch, first.owner.epoch + 1);
    CAF_CHECK(!save(x, next(first)).holds);
    CAF_CHECK(save(x, next(second)).holds);
  });
}

CAF_TEST(C1 only the present claim writes and each write once) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    join(x, process(2));
    auto mine = claim_one(x, 1);
    auto good = next(mine);
    CAF_CHECK(save(x, good).holds);
    CAF_CHECK(save(x, good).holds); // its answer was lost
    for (auto change : {+[](shard_owner& y) { y.node = 2; },
                        +[](shard_owner& y) { ++y.epoch; },
                        +[](shard_owner& y) { ++y.token; },
                        +[](shard_owner& y) { y.shard = 1; },
                        +[](shard_owner& y) { y.shard = 77; }}) {
      auto forged = next(mine);
      change(forged.cut.owner);
      CAF_CHECK(!save(x, forged).holds);
    }
    auto late = next(mine);
    CAF_CHECK(save(x, next(mine)).holds);
    CAF_CHECK(!save(x, late).holds);
  });
}

CAF_TEST(C4 the next owner goes on from the last cut) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    auto mine = claim_one(x, 1);
    CAF_CHECK(save(x, next(mine, "session 1", "books 1")).holds);
    auto last = next(mine, "session 2").cut;
    last.rows.clear(); // as they were
    CAF_CHECK_EQUAL(x.leave({1, {last}}), caf::none);
    CAF_CHECK(!save(x, next(mine)).holds);
    join(x, process(2));
    auto theirs = claim_one(x, 2);
    CAF_CHECK_EQUAL(theirs.owner, (shard_owner{0, 2, 2, 5}));
    CAF_CHECK_EQUAL(theirs.number, last.number);
    CAF_CHECK_EQUAL(text(theirs.session), "session 2");
    CAF_CHECK_EQUAL(theirs.rows, (rows{{"k", "books 1"s}}));
    CAF_CHECK(save(x, next(theirs)).holds);
  });
}

CAF_TEST(C6 books are what was written of them row by row) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    auto mine = claim_one(x, 1);
    CAF_CHECK(mine.rows.empty());
    auto write = [&](rows changed, bool whole = false) {
      auto y = next(mine);
      y.cut.rows = std::move(changed);
      y.cut.whole = whole;
      CAF_CHECK(save(x, y).holds);
    };
    auto binary = "b\0\xff"s;
    write({{"a", "1"s}, {binary, "\0\x80"s}, {"c", "3"s}});
    write({{"a", {}}, {"c", "4"s}, {"d", ""s}, {"none", {}}});
    auto there = claim_one(x, 1);
    CAF_CHECK(there.whole);
    CAF_CHECK_EQUAL(there.rows,
                    (rows{{binary, "\0\x80"s}, {"c", "4"s}, {"d", ""s}}));
    mine = there;
    write({{"e", "5"s}}, true);
    CAF_CHECK_EQUAL(claim_one(x, 1).rows, (rows{{"e", "5"s}}));
    // Of another shard there are none.
    CAF_CHECK(claim_one(x, 1, 1).rows.empty());
  });
}

CAF_TEST(C1 what does not hold changes no row) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    auto overtaken = claim_one(x, 1);
    CAF_CHECK(save(x, next(overtaken)).holds);
    claim_one(x, 1, 0, 6);
    auto late = next(overtaken);
    late.cut.rows = {{"k", {}}, {"new", "1"s}};
    late.cut.whole = true;
    CAF_CHECK(!save(x, late).holds);
    CAF_CHECK_EQUAL(x.leave({1, {late.cut}}), caf::none);
    join(x, process(2));
    CAF_CHECK_EQUAL(claim_one(x, 2).rows, (rows{{"k", "b"s}}));
  });
}

CAF_TEST(C6 writes of several shards are each for itself) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    auto a = claim_one(x, 1, 0);
    auto b = claim_one(x, 1, 1);
    claim_one(x, 1, 1, 6); // overtaken
    std::vector<state_store::saved> results;
    CAF_CHECK_EQUAL(x.save({next(a), next(b), next(a)}, results), caf::none);
    CAF_REQUIRE_EQUAL(results.size(), 3u);
    CAF_CHECK(results[0].holds && !results[1].holds && results[2].holds);
    CAF_CHECK_EQUAL(claim_one(x, 1, 0).number, a.number);
  });
}

CAF_TEST(C8 E3 all shards of this start and once) {
  on_each_store([](state_store& x) {
    auto start = join(x, process(1, {0, 1})).start_id;
    CAF_CHECK_EQUAL(start, 101u);
    auto a = claim_one(x, 1, 0);
    auto b = claim_one(x, 1, 1);
    CAF_CHECK(!save(x, settling(a, start, 10)).finished);
    CAF_CHECK(!save(x, settling(b, start - 1, 10)).finished); // of another
    CAF_CHECK(!save(x, settling(a, start, 20)).finished);     // identified anew
    auto result = save(x, settling(b, start, 30));
    CAF_REQUIRE(result.finished);
    CAF_CHECK_EQUAL(result.finished->start_id, start);
    CAF_CHECK_EQUAL(result.finished->shards, 2u);
    CAF_CHECK_EQUAL(result.finished->guilds, 2u);
    CAF_CHECK_EQUAL(result.finished->members, 50u);
    CAF_CHECK(!save(x, settling(b, start, 30)).finished);
  });
}

CAF_TEST(C8 E3 what settles has the same result when it is written again) {
  on_each_store([](state_store& x) {
    auto start = join(x, process(1, {0, 1})).start_id;
    auto a = claim_one(x, 1, 0);
    auto b = claim_one(x, 1, 1);
    auto first = settling(a, start, 10);
    CAF_CHECK(!save(x, first).finished);
    auto last = settling(b, start, 20);
    for (int i = 0; i < 3; ++i) { // nobody knows what came of it
      auto result = save(x, last);
      CAF_CHECK(result.holds);
      CAF_REQUIRE(result.finished);
      CAF_CHECK_EQUAL(result.finished->members, 30u);
    }
    CAF_CHECK(!save(x, first).finished);
    CAF_CHECK(!save(x, next(b)).finished);
    CAF_CHECK(!save(x, last).holds); // it lands late
  });
}

CAF_TEST(C15 another number of shards begins another start) {
  on_each_store([](state_store& x) {
    auto start = join(x, process(1)).start_id;
    auto mine = claim_one(x, 1);
    CAF_CHECK(save(x, settling(mine, start, 10)).holds);
    CAF_CHECK_EQUAL(x.leave({1, {}}), caf::none);
    auto other = process(2);
    other.shard_count = 4;
    auto joined = join(x, other);
    CAF_CHECK_EQUAL(joined.start_id, 102u);
    CAF_CHECK(joined.finished_shards.empty());
  });
}

CAF_TEST(C8 what does not hold settles nothing) {
  on_each_store([](state_store& x) {
    auto start = join(x, process(1, {0})).start_id;
    auto overtaken = claim_one(x, 1);
    claim_one(x, 1, 0, 6);
    auto result = save(x, settling(overtaken, start, 10));
    CAF_CHECK(!result.holds && !result.finished);
    CAF_CHECK(join(x, process(2, {0})).finished_shards.empty());
  });
}

CAF_TEST(C8 a start goes on while there is something to resume) {
  on_each_store([this](state_store& x) {
    auto start = join(x, process(1, {0})).start_id;
    auto mine = claim_one(x, 1);
    CAF_CHECK(save(x, settling(mine, start, 10)).finished);
    CAF_CHECK_EQUAL(x.leave({1, {}}), caf::none);
    now += state_store::fresh - 1s;
    auto second = join(x, process(2, {0}));
    CAF_CHECK_EQUAL(second.start_id, start);
    CAF_REQUIRE_EQUAL(second.finished_shards.size(), 1u);
    CAF_REQUIRE(second.finished);
    CAF_CHECK_EQUAL(second.finished->members, 10u);
    // A clock that is set back makes nothing older.
    CAF_CHECK_EQUAL(x.leave({2, {}}), caf::none);
    now -= 24h;
    CAF_CHECK_EQUAL(join(x, process(3, {0})).start_id, start);
    CAF_CHECK_EQUAL(x.leave({3, {}}), caf::none);
    now += 24h + 1s;
    auto fourth = join(x, process(4, {0}));
    CAF_CHECK_EQUAL(fourth.start_id, 104u);
    CAF_CHECK(fourth.finished_shards.empty() && !fourth.finished);
    // The cut is tried all the same.
    CAF_CHECK_EQUAL(text(claim_one(x, 4).session), "s");
  });
}

CAF_TEST(C8 a start ends with its last session) {
  on_each_store([](state_store& x) {
    auto start = join(x, process(1)).start_id;
    auto mine = claim_one(x, 1);
    CAF_CHECK(save(x, settling(mine, start, 10)).holds);
    CAF_CHECK_EQUAL(x.leave({1, {next(mine, "").cut}}), caf::none);
    CAF_CHECK_EQUAL(join(x, process(2)).start_id, 102u);
  });
}

CAF_TEST(C8 a process that is alone counts its own shards) {
  on_each_store([](state_store& x) {
    auto start = join(x, process(1, {0, 1})).start_id;
    auto mine = claim_one(x, 1);
    CAF_CHECK(!save(x, settling(mine, start, 10)).finished);
    CAF_CHECK_EQUAL(x.leave({1, {}}), caf::none);
    auto second = join(x, process(2, {0}));
    CAF_CHECK_EQUAL(second.start_id, start);
    CAF_CHECK(second.finished);
  });
}

CAF_TEST(C15 who does not fit a live process is refused) {
  on_each_store([](state_store& x) {
    join(x, process(1));
    joined_store ignored;
    auto other = process(2);
    other.shard_count = 4;
    auto error = x.join(other, ignored);
    CAF_CHECK(code_of(error) == errc::store_refused);
    auto sentence = sentence_of(error);
    CAF_CHECK(sentence.find("with 2 shards") != sentence.npos);
    CAF_CHECK(sentence.find("with 4 here") != sentence.npos);
    other = process(2);
    other.intents = 513;
    sentence = sentence_of(x.join(other, ignored));
    CAF_CHECK(sentence.find("intents 3 ") != sentence.npos);
    CAF_CHECK(sentence.find("513") != sentence.npos);
    CAF_CHECK_EQUAL(x.leave({1, {}}), caf::none);
    join(x, other);
  });
}

CAF_TEST(C7 one identify for each count of a bucket) {
  on_each_store([](state_store& x) {
    auto first = identify(x, {0, 0, 10, 0});
    CAF_CHECK(first.granted);
    CAF_CHECK_EQUAL(first.remaining, 9u);
    auto late = identify(x, {0, 0, 10, 0});
    CAF_CHECK(!late.granted);
    CAF_CHECK_EQUAL(late.counter, first.counter);
    CAF_CHECK_EQUAL(late.remaining, 9u);
    CAF_CHECK(identify(x, {1, 0, 10, 0}).granted); // another bucket
    CAF_CHECK(identify(x, {0, first.counter, 10, 0}).granted);
  });
}

CAF_TEST(C7 the budget is the smaller of what was counted and what REST says) {
  on_each_store([](state_store& x) {
    auto a = identify(x, {0, 0, 2, 0});
    CAF_CHECK_EQUAL(a.remaining, 1u);
    // Of an answer that did not know of the claim before.
    auto b = identify(x, {0, a.counter, 1000, 0});
    CAF_CHECK(b.granted);
    CAF_CHECK_EQUAL(b.remaining, 0u);
    CAF_CHECK(!identify(x, {0, b.counter, 1000, 1}).granted);
    // Of one that did.
    auto c = identify(x, {0, b.counter, 1000, b.claims});
    CAF_CHECK(c.granted);
    CAF_CHECK_EQUAL(c.remaining, 999u);
    CAF_CHECK(!identify(x, {0, c.counter, 0, c.claims}).granted);
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
