#define CAF_SUITE actors_startup_ledger

#include "tests/support/startup_ledger_fixture.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(startup_ledger_tests, startup_ledger_fixture)

CAF_TEST(S4 without guilds a startup is done at once) {
  begin({});
  CAF_CHECK(book->began());
  auto x = result(0s);
  CAF_CHECK(x.with_event);
  CAF_CHECK_EQUAL(x.guilds, 0u);
  CAF_CHECK(!book->due());
}

CAF_TEST(S1 E2 every guild is awaited and asked for) {
  begin({a, b, a}); // one of them twice
  CAF_CHECK_EQUAL(book->awaiting(), 2u);
  CAF_CHECK(create(a) == step::chunk);
  CAF_CHECK(create(a) == step::none); // once
  CAF_CHECK(create(b) == step::chunk);
  end_list(a, 2);
  CAF_CHECK(!book->take_result(1s));
  end_list(b, 1);
  auto x = result();
  CAF_CHECK_EQUAL(x.incomplete, ids{b});
  CAF_CHECK(x.missed.empty());
  CAF_CHECK_EQUAL(x.guilds, 1u);
  CAF_CHECK_EQUAL(x.members, 5u);
}

CAF_TEST(S1 a guild joined later is asked for and not counted) {
  begin({a});
  CAF_CHECK(create(b) == step::chunk);
  CAF_CHECK(!book->counts(b));
  create(a);
  end_list(a, 2);
  CAF_CHECK(result().missed.empty());
  end_list(b, 2);
  CAF_CHECK(is(b, guild_status::complete));
}

CAF_TEST(S2 a guild that comes whole is complete) {
  begin({a});
  CAF_CHECK(create_whole(a, 7) == step::whole);
  CAF_CHECK_EQUAL(result().members, 7u);
}

CAF_TEST(S2 E4 a whole guild waits for the end of its list) {
  begin({a});
  CAF_CHECK(create_whole(a, 7, 1s, true) == step::whole);
  CAF_CHECK(!book->take_result(1s));
  end_list(a, 0);
  auto x = result();
  CAF_CHECK(x.missed.empty());
  CAF_CHECK_EQUAL(x.members, 7u);
}

CAF_TEST(S3 without chunking the lists of the bot settle their guilds) {
  begin({a, b}, false);
  CAF_CHECK(create(a) == step::none);
  book->requested(a);
  book->requested(b); // not created yet: its request waits, too
  CAF_CHECK(create(b) == step::none);
  end_list(a, 2);
  CAF_CHECK(!book->take_result(20s));
  end_list(b, 0);
  auto x = result(20s);
  CAF_CHECK(x.with_event);
  CAF_CHECK_EQUAL(x.missed, ids{b});
}

CAF_TEST(S3 without any list a shard is done silently after a while) {
  begin({a}, false);
  create(a, 5, 2s);
  CAF_CHECK(*book->due() == 2s + values.guild_create_timeout);
  CAF_CHECK(!book->take_result(16s));
  CAF_CHECK(!result(17s).with_event);
}

CAF_TEST(S3 E2 a verdict stands while the bot asks again) {
  begin({a, b}, false);
  for (auto chunks : {0u, 1u, 2u}) {
    create(a);
    book->requested(a);
    end_list(a, chunks);
    book->requested(a);
    CAF_CHECK(is(a, chunks == 0   ? guild_status::missed
                    : chunks == 1 ? guild_status::incomplete
                                  : guild_status::complete));
  }
  end_list(a, 0); // the last of these
  CAF_CHECK(is(a, guild_status::complete));
}

CAF_TEST(E2 a verdict waits for other lists of its guild) {
  begin({a});
  create(a);
  end_list(a, 1, true);
  CAF_CHECK(!book->take_result(1s));
  end_list(a, 0);
  CAF_CHECK_EQUAL(result().incomplete, ids{a}); // what came has come
}

CAF_TEST(S4 a guild that does not come in time is missed) {
  begin({a, b});
  create(b, 5, 10s);
  end_list(b, 2);
  CAF_CHECK(*book->due() == 25s);
  CAF_CHECK(book->tick(25s - 1ns).empty());
  CAF_CHECK_EQUAL(book->tick(25s), ids{a});
  CAF_CHECK(book->tick(26s).empty());
  CAF_CHECK_EQUAL(result(25s).missed, ids{a});
}

CAF_TEST(S4 E2 what comes late may still become better) {
  begin({a, b, c});
  create(c);
  book->tick(16s);
  CAF_CHECK(create(a, 5, 17s) == step::chunk);
  end_list(a, 2);
  CAF_CHECK(create_whole(b, 5, 17s) == step::whole);
  end_list(c, 2);
  CAF_CHECK(result(17s).missed.empty());
}

CAF_TEST(S4 guilds that are removed or in an outage are not awaited) {
  begin({a, b, c});
  book->gone({a, true}, 1s);
  book->gone({b, false}, 1s);
  guild_create outage;
  outage.id = c;
  outage.unavailable = true;
  CAF_CHECK(book->created(outage, false, 1s) == step::none);
  CAF_CHECK(book->is_unavailable(a));
  CAF_CHECK(!book->knows(b));
  auto x = result();
  CAF_CHECK_EQUAL(x.unavailable, (ids{a, c}));
  CAF_CHECK(x.missed.empty());
}

CAF_TEST(S4 E2 a guild that is back is unavailable until it is complete) {
  for (auto chunks : {1u, 2u}) {
    begin({a, b});
    book->gone({a, true}, 1s);
    CAF_CHECK(create(a) == step::chunk);
    end_list(a, chunks, true);
    create_whole(b, 3);
    auto x = result();
    CAF_CHECK_EQUAL(x.unavailable, chunks == 2 ? ids{} : ids{a});
    CAF_CHECK(x.incomplete.empty());
    CAF_CHECK_EQUAL(x.members, chunks == 2 ? 8u : 3u);
  }
}

CAF_TEST(S5 a READY overtakes an unfinished startup) {
  begin({a, b});
  create(a);
  end_list(a, 0);
  book->begin({a}, true, 5s);
  CAF_CHECK_EQUAL(book->guild_count(), 1u);
  create(a);
  end_list(a, 2);
  CAF_CHECK(result(5s).missed.empty());
}

CAF_TEST(Q13 a guild that is not asked for again is not awaited either) {
  begin({a});
  book->spoil(a);
  book->begin({a}, false, 5s);
  CAF_CHECK_EQUAL(book->awaiting(), 1u);
  CAF_CHECK(create(a, 5, 6s) == step::none);
  CAF_CHECK_EQUAL(book->awaiting(), 0u);
  CAF_CHECK(book->tick(30s).empty());
  book->begin({a, b}, true, 40s);
  CAF_CHECK_EQUAL(book->pending(), 1u); // only b
  create_whole(b, 5, 41s);
  CAF_CHECK_EQUAL(result(41s).missed, ids{a});
  // Who holds back a request for it goes on doing so for a while only.
  CAF_CHECK_EQUAL(book->tick(56s), ids{a});
}

CAF_TEST(Q13 a guild that is not asked for again is missed) {
  begin({a});
  book->spoil(a);
  book->begin({a, b}, true, 5s);
  CAF_CHECK(create(a, 5, 6s) == step::none);
  CAF_CHECK(is(a, guild_status::missed));
  create_whole(b);
  CAF_CHECK_EQUAL(result().missed, ids{a});
}

CAF_TEST(S7 pinned guilds come first and then small ones) {
  values.pinned_guilds = {c};
  begin({a, b, c});
  create(a, 100);
  create(b, 10);
  create(c, 1000);
  CAF_CHECK(book->rank_of(c) < book->rank_of(b));
  CAF_CHECK(book->rank_of(b) < book->rank_of(a));
}

CAF_TEST(S7 what the filter leaves out is neither asked for nor counted) {
  values.only_guilds = {a, b};
  values.guild_filter = [](snowflake, std::uint64_t members) {
    return members < 100;
  };
  begin({a, b, c});
  CAF_CHECK_EQUAL(book->awaiting(), 2u);
  CAF_CHECK(create(a, 1000) == step::none);
  CAF_CHECK(create(b, 10) == step::chunk);
  CAF_CHECK(create(c, 10) == step::none);
  end_list(b, 2);
  CAF_CHECK_EQUAL(result().guilds, 1u);
}

CAF_TEST(S1 switching on asks for what is here) {
  begin({a, b}, false);
  create(a);
  CAF_CHECK_EQUAL(book->set_auto_chunk(true), ids{a});
  CAF_CHECK(book->set_auto_chunk(true).empty());
  CAF_CHECK(create(b) == step::chunk);
  CAF_CHECK(book->set_auto_chunk(false).empty());
  end_list(a, 2);
  end_list(b, 2);
  CAF_CHECK(result().with_event);
}

CAF_TEST(S8 members who come or go are counted) {
  begin({a});
  create(a, 5);
  book->member_added(a);
  book->member_added(a);
  book->member_removed(a);
  end_list(a, 2, false, 5); // one of those who came is not in it
  CAF_CHECK_EQUAL(book->state_of(a).member_count, 6u);
  CAF_CHECK_EQUAL(book->state_of(a).members_received, 6u);
  book->member_removed(a);
  CAF_CHECK_EQUAL(book->state_of(a).members_received, 5u);
  book->member_added(b); // unknown
  CAF_CHECK(!book->knows(b));
}

CAF_TEST(E6 the figures are those of the present startup) {
  begin({a, b, c});
  create(a, 5);
  create(b, 7);
  create(c, 9);
  end_list(a, 2);
  end_list(b, 0);
  chunking_progress x;
  book->report(x);
  CAF_CHECK_EQUAL(x.guilds, 3u);
  CAF_CHECK_EQUAL(x.guilds_complete, 1u);
  CAF_CHECK_EQUAL(x.guilds_failed, 1u);
  CAF_CHECK_EQUAL(x.members, 5u);
  CAF_CHECK_EQUAL(x.members_expected, 14u);
  CAF_CHECK_EQUAL(book->pending(), 1u);
}

CAF_TEST(Q13 a startup takes its time again when there is progress) {
  begin({a, b, c}, false);
  book->requested(a);
  create(a);
  for (int i = 0; i < 4; ++i)
    book->connection_ended(3);
  book->begin({a, b, c}, false, 10s);
  for (auto id : {a, b, c})
    create(id, 5, 11s);
  CAF_CHECK(!book->take_result(12s)); // the bot may still ask
  CAF_CHECK(book->take_result(60s).has_value());
}

CAF_TEST_FIXTURE_SCOPE_END()
