#define CAF_SUITE actors_early_news

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// A gateway that tells of guilds before READY.
struct fixture : fleet {
  /// HELLO, and the identify is on the wire.
  void identify() {
    fleet::identify();
    CAF_REQUIRE_EQUAL(link().sent(2).size(), 1u);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(early_news_tests, fixture)

CAF_TEST(S1 a guild that is created before READY is asked for) {
  start();
  identify();
  say(guild_create(a, 5));
  CAF_CHECK(requests().empty());
  say(ready({a}));
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  answer(a, 5);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].guilds, 1u);
}

CAF_TEST(S2 E5 a guild that comes whole before READY is complete) {
  start();
  record(event_bit::guild_members_chunk);
  identify();
  say(guild_create(a, 3, false, 3));
  say(ready({a}));
  CAF_CHECK(requests().empty());
  CAF_REQUIRE_EQUAL(chunks.size(), 1u);
  CAF_CHECK_EQUAL(chunks[0].members.count, 3u);
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].members, 3u);
}

CAF_TEST(S4 an outage that is told before READY is not awaited) {
  start();
  identify();
  say(guild_unavailable(a));
  say(guild_create(b, 5));
  say(guild_delete(b, true));
  say(ready({a, b}));
  CAF_CHECK(requests().empty());
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].unavailable_guild_ids,
                  (std::vector{a, b}));
}

CAF_TEST(S4 a guild that was removed before READY is not awaited) {
  start();
  identify();
  say(guild_delete(a, false));
  say(ready({a}));
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
}

CAF_TEST(S1 a guild that READY does not list has been joined) {
  start();
  identify();
  say(guild_create(b, 5));
  say(ready({}));
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(requests().size(), 1u);
}

CAF_TEST(S3 a request for a guild that came before READY is not held) {
  values.auto_chunk = false;
  start();
  identify();
  ask(ask_for::whole_list(a));
  say(guild_create(a, 5));
  say(ready({a}));
  CAF_CHECK_EQUAL(requests().size(), 1u);
}

CAF_TEST(S5 news of a connection without READY is for no later one) {
  start();
  identify();
  say(guild_create(a, 5));
  link().end(0);
  pass(10s);
  identify();
  say(ready({a}));
  CAF_CHECK(requests().empty());
  say(guild_create(a, 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
}

CAF_TEST(S5 what others had asked before READY ends with it) {
  start();
  identify();
  say(chunk(a, "theirs", 0, 2));
  say(ready({b}));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, "theirs");
  CAF_CHECK(finished_requests[0].outcome == outcome::session_lost);
}

CAF_TEST(S6 what a resume brings of guilds is no news for a later READY) {
  start_with({a});
  link().end(0);
  reconnect();
  say(guild_create(a, 5, true, 0, 8)); // replayed
  say(resumed(9));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  answer(a, 5);
  lose_session({a});
  pass(5s);
  CAF_CHECK_EQUAL(requests().size(), 1u);
}

CAF_TEST(S1 a flood before READY is not kept for ever) {
  start();
  identify();
  for (std::uint64_t i = 0; i < 6000; ++i)
    link().say(guild_unavailable(snowflake{(2000 + i) << 22}));
  say(ready({a}));
  CAF_CHECK_EQUAL(figures().guilds, 5001u);
}

CAF_TEST_FIXTURE_SCOPE_END()
