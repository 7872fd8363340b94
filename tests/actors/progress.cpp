#define CAF_SUITE actors_progress

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
using ask_for = guild_members_request;

// E6 when not every guild of READY is asked for, and the user asks, too. How
// near the estimate is: settling, system.pacing and the model.

namespace {

struct fixture : fleet {
  fixture() { values.auto_chunk = true; }

  void begin() {
    start();
    greet({a, b, c});
  }

  void say(const std::string& text) {
    link().say(text);
    sched.run();
  }

  snowflake a{std::uint64_t{1001} << 22}, b{std::uint64_t{1002} << 22},
      c{std::uint64_t{1003} << 22};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(progress_tests, fixture)

CAF_TEST(E6 the end shows whatever was left out) {
  values.guild_filter = [this](snowflake id, std::uint64_t) { return id != a; };
  begin();
  say(guild_create(a, 10)); // refused by the filter
  say(guild_create(b, 10));
  say(guild_delete(c, false)); // left
  say(chunk(b, last_nonce(), 0, 1, 10));
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
  begin();
  say(guild_create(a, 10));
  say(chunk(a, last_nonce(), 0, 1, 10));
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
  begin();
  for (auto id : {a, b, c})
    say(guild_create(id, 10));
  auto all = requests();
  for (auto& x : all)
    say(chunk(*parse_snowflake(x["guild_id"].get<std::string>()), x["nonce"], 0,
              1, 10));
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
