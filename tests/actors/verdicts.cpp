#define CAF_SUITE actors_verdicts

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// Two guilds: what happens to the first while the second is awaited.
struct fixture : fleet {
  /// The second comes, and the startup ends.
  shard_finished_chunking end_of_startup() {
    CAF_REQUIRE(finished_shards.empty());
    say(guild_create(b, 3, false, 3));
    CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
    return finished_shards[0];
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(verdict_tests, fixture)

CAF_TEST(E2 S3 a verdict stands while the bot asks again) {
  values.auto_chunk = false;
  values.max_refusals = 1;
  start_with({a, b});
  say(guild_create(a, 5));
  ask(ask_for::whole_list(a));
  say(rate_limited(a, last_nonce(), 0.5)); // missed
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  pass(1s);
  ask(ask_for::whole_list(a).with_nonce("one"));
  ask(ask_for::whole_list(a).with_nonce("two")); // waits for the cooldown
  say(chunk(a, "one", 0, 1, 5));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 2u);
  CAF_CHECK(finished_requests[1].outcome == outcome::complete);
  CAF_CHECK(end_of_startup().missed_guild_ids.empty());
  CAF_CHECK(state_of(a).status == guild_status::queued); // "two"
}

CAF_TEST(E2 S3 a complete guild stays so while the bot asks again) {
  values.auto_chunk = false;
  values.cooldown = 0s;
  start_with({a, b});
  say(guild_create(a, 5));
  ask(ask_for::whole_list(a));
  answer(a, 5);
  ask(ask_for::whole_list(a));
  pass(11s); // no response
  CAF_REQUIRE_EQUAL(finished_requests.size(), 2u);
  CAF_CHECK(state_of(a).status == guild_status::complete);
  CAF_CHECK(end_of_startup().missed_guild_ids.empty());
}

CAF_TEST(S4 E2 a guild that is back and complete is not unavailable) {
  start_with({a, b});
  say(guild_unavailable(a));
  say(guild_create(a, 5));
  answer(a, 5);
  auto x = end_of_startup();
  CAF_CHECK(x.unavailable_guild_ids.empty());
  CAF_CHECK(x.missed_guild_ids.empty());
  CAF_CHECK_EQUAL(finished.at(0).guilds, 2u);
  CAF_CHECK_EQUAL(finished.at(0).members, 8u);
}

CAF_TEST(S4 E2 a guild that is complete need not wait for who asks again) {
  start_with({a, b});
  say(guild_unavailable(a));
  say(guild_create(a, 5));
  auto list = last_nonce();
  ask(ask_for::whole_list(a).with_nonce("mine")); // waits for the cooldown
  say(chunk(a, list, 0, 1, 5));
  CAF_CHECK(end_of_startup().unavailable_guild_ids.empty());
  CAF_CHECK_EQUAL(finished.at(0).guilds, 2u);
}

CAF_TEST(S2 S4 E2 a guild that is back and whole is not unavailable) {
  start_with({a, b});
  say(guild_delete(a, true));
  say(guild_create(a, 3, false, 3));
  CAF_CHECK(end_of_startup().unavailable_guild_ids.empty());
  CAF_CHECK_EQUAL(finished.at(0).members, 6u);
}

CAF_TEST(S4 E2 a guild that is back and not complete is in one list) {
  values.max_attempts = 1;
  start_with({a, b});
  say(guild_unavailable(a));
  say(guild_create(a, 5));
  say(chunk(a, last_nonce(), 0, 2, 5));
  pass(6s); // incomplete
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  auto x = end_of_startup();
  CAF_CHECK_EQUAL(x.unavailable_guild_ids, std::vector{a});
  CAF_CHECK(x.incomplete_guild_ids.empty());
}

CAF_TEST(S4 E2 a guild that is lost again after it was complete was complete) {
  start_with({a, b});
  say(guild_unavailable(a));
  say(guild_create(a, 5));
  answer(a, 5);
  say(guild_delete(a, true));
  CAF_CHECK(end_of_startup().unavailable_guild_ids.empty());
  CAF_CHECK_EQUAL(finished.at(0).guilds, 2u);
}

CAF_TEST(S4 E2 a guild that leaves while it is unavailable is in no list) {
  start_with({a, b});
  say(guild_unavailable(a));
  say(guild_create(a, 5));
  say(guild_delete(a, false));
  CAF_CHECK(end_of_startup().unavailable_guild_ids.empty());
}

CAF_TEST(S2 S4 E2 a guild that comes late and whole is not missed) {
  values.first_response_timeout = 20s;
  start_with({a, b});
  say(guild_create(b, 5));
  pass(16s);
  CAF_CHECK(state_of(a).status == guild_status::missed);
  say(guild_create(a, 3, false, 3));
  answer(b, 5);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
  CAF_CHECK_EQUAL(finished.at(0).members, 8u);
}

CAF_TEST_FIXTURE_SCOPE_END()
