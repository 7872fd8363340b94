#define CAF_SUITE actors_startup_ledger_early

#include "tests/support/startup_ledger_fixture.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// Lists that end before the GUILD_CREATE of their guild.

CAF_TEST_FIXTURE_SCOPE(startup_ledger_early_tests, startup_ledger_fixture)

CAF_TEST(S3 a list may end before the GUILD_CREATE of its guild) {
  for (auto chunks : {0u, 1u, 2u}) {
    for (auto created : {true, false}) {
      CAF_MESSAGE(chunks << " chunks, created " << created);
      begin({a, b}, false);
      book->requested(b);
      create(a);
      end_list(b, chunks);
      CAF_CHECK(!book->take_result(1s)); // its GUILD_CREATE may come
      if (created)
        CAF_CHECK(create(b, 5, 2s) == step::none);
      else
        book->tick(60s);
      auto end = result(60s);
      CAF_CHECK(end.with_event);
      CAF_CHECK_EQUAL(end.missed, chunks == 0 ? ids{b} : ids{});
      CAF_CHECK_EQUAL(end.incomplete, chunks == 1 ? ids{b} : ids{});
      CAF_CHECK_EQUAL(end.guilds, chunks == 2 ? 1u : 0u);
    }
  }
}

CAF_TEST(
    Q7 a guild whose list came before its GUILD_CREATE is not asked again) {
  begin({a, b});
  CAF_CHECK(create(a) == step::chunk);
  end_list(b, 2);
  CAF_CHECK(create(b) == step::none);
  end_list(a, 2);
  CAF_CHECK_EQUAL(result().guilds, 2u);
  CAF_CHECK(book->state_of(b).status == guild_status::complete);
}

CAF_TEST(Q8 a list that failed before the GUILD_CREATE is asked for after it) {
  begin({a});
  end_list(a, 1);
  CAF_CHECK(create(a) == step::chunk);
  end_list(a, 2);
  CAF_CHECK_EQUAL(result().guilds, 1u);
}

CAF_TEST(S4 what was tried before an outage is no verdict after it) {
  begin({a, b}, false);
  book->requested(b);
  create(a);
  end_list(b, 1);
  guild_delete gone;
  gone.id = b;
  gone.unavailable = true;
  book->gone(gone, 2s);
  create(b, 5, 3s);
  auto end = result(60s);
  CAF_CHECK(end.missed.empty());
  CAF_CHECK(end.incomplete.empty());
}

CAF_TEST(E2 S4 what a list has brought counts though the guild never comes) {
  begin({a, b, c});
  end_list(a, 1, true);
  end_list(a, 2, true, 7); // others still wait
  end_list(b, 1, true);
  CAF_CHECK_EQUAL(book->tick(15s).size(), 3u);
  auto x = result(15s);
  CAF_CHECK_EQUAL(x.guilds, 1u);
  CAF_CHECK_EQUAL(x.members, 7u);
  CAF_CHECK_EQUAL(x.incomplete, ids{b});
  CAF_CHECK_EQUAL(x.missed, ids{c});
  CAF_CHECK(is(a, guild_status::complete));
}

CAF_TEST(E2 Q13 what a list has brought counts though connections end) {
  begin({a, b});
  end_list(a, 1, true);
  end_list(a, 2, true);
  for (int i = 0; i < 3; ++i)
    book->connection_ended(3);
  auto x = result();
  CAF_CHECK_EQUAL(x.guilds, 1u);
  CAF_CHECK(x.incomplete.empty());
  CAF_CHECK_EQUAL(x.missed, ids{b});
}

CAF_TEST(E2 Q13 a guild whose request ends connections before it is created) {
  begin({a, b, c});
  book->spoil(a);
  end_list(a, 0);
  CAF_CHECK(create(a) == step::none);
  book->spoil(b);
  CAF_CHECK(create(b) == step::none);
  end_list(b, 1); // it is told after the guild has come
  book->spoil(c);
  CAF_CHECK(create(c) == step::none);
  end_list(c, 0);
  auto x = result();
  CAF_CHECK_EQUAL(x.missed, (ids{a, c}));
  CAF_CHECK_EQUAL(x.incomplete, ids{b});
}

CAF_TEST(E2 S7 a guild that the filter leaves out is not counted though tried) {
  values.guild_filter = [](snowflake id, std::uint64_t) { return id == b; };
  begin({a, b});
  end_list(a, 0);
  CAF_CHECK(create(a) == step::none);
  create(b);
  end_list(b, 2);
  auto x = result();
  CAF_CHECK(x.missed.empty());
  CAF_CHECK_EQUAL(x.guilds, 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
