#define CAF_SUITE actors_progress

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// E6 when not every guild of READY is asked for, and the user asks, too. How
// near the estimate is: settling, system.pacing and the model.

CAF_TEST_FIXTURE_SCOPE(progress_tests, fleet)

CAF_TEST(E6 the end shows whatever was left out) {
  values.guild_filter = [this](snowflake id, std::uint64_t) { return id != a; };
  start_with({a, b, c});
  say(guild_create(a, 10)); // refused by the filter
  say(guild_create(b, 10));
  say(guild_delete(c, false)); // left
  answer(b, 10);
  pass(1s);
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  auto& last = progress.back();
  CAF_CHECK_EQUAL(last.guilds, 1u);
  CAF_CHECK_EQUAL(last.guilds_complete, 1u);
  CAF_CHECK_EQUAL(last.guilds_failed + last.guilds_queued, 0u);
  CAF_REQUIRE(last.time_left);
  CAF_CHECK(*last.time_left == 0s);
}

CAF_TEST(E6 lists that the startup does not count are not in flight) {
  values.cooldown = 0s;
  start_with({a, b, c});
  say(guild_create(a, 10));
  answer(a, 10);
  ask(ask_for::whole_list(a)); // complete already
  say(guild_create(b, 10));
  pass(1s);
  CAF_CHECK_EQUAL(requests().size(), 3u);
  auto& last = progress.back();
  CAF_CHECK_EQUAL(last.guilds_complete, 1u);
  CAF_CHECK_EQUAL(last.guilds_in_flight, 1u); // b
  CAF_CHECK_EQUAL(last.guilds_queued, 1u);    // c
}

CAF_TEST(E6 nothing is told after the end) {
  begin({a, b, c}, 10);
  for (auto& x : requests())
    answer(x, 10);
  pass(1s);
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  auto told = progress.size();
  ask(ask_for::search(a, "n", 1));
  for (int i = 0; i < 10; ++i) {
    say(chunk(a, last_nonce(), i, 10, 1));
    pass(1s);
  }
  CAF_CHECK_EQUAL(progress.size(), told);
}

CAF_TEST_FIXTURE_SCOPE_END()
