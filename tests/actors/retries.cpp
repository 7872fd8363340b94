#define CAF_SUITE actors_retries

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// Attempts and what is said of them.

CAF_TEST_FIXTURE_SCOPE(retry_tests, idle_fleet)

CAF_TEST(Q8 an attempt that fails is followed by another under its own nonce) {
  begin({a, b});
  auto x = ask(ask_for::whole_list(a).with_attempts(2));
  auto nonce = last_nonce();
  say(chunk(a, nonce, 0, 3, 10));
  say(chunk(a, nonce, 1, 3, 10));
  pass(31s);
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK(last_nonce() != nonce);
  CAF_CHECK_EQUAL(x->count, 0);
  say(chunk(a, last_nonce(), 2, 3, 10));
  pass(6s);
  CAF_REQUIRE(x->answer);
  // The best attempt is the first.
  CAF_CHECK(x->answer->outcome == outcome::incomplete);
  CAF_CHECK_EQUAL(x->answer->nonce, nonce);
  CAF_CHECK_EQUAL(x->answer->attempts, 2u);
  CAF_CHECK_EQUAL(x->answer->missed_chunks, std::vector<std::uint32_t>{2});
  CAF_CHECK_EQUAL(x->answer->members, 20u);
}

CAF_TEST(Q8 late chunks of an earlier attempt may complete a request) {
  begin({a, b});
  auto x = ask(ask_for::whole_list(a).with_attempts(2));
  auto nonce = last_nonce();
  say(chunk(a, nonce, 0, 2));
  pass(31s);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  say(chunk(a, nonce, 1, 2));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
}

CAF_TEST(Q8 a startup request has two attempts) {
  values.auto_chunk = true;
  begin({a});
  pass(2min);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 2u);
}

CAF_TEST(Q8 a startup request goes out again as soon as the 30 s are over) {
  values.auto_chunk = true;
  begin({a}, 5000);
  pass(2s);
  auto first = last_nonce();
  say(chunk(a, first, 0, 3, 10)); // at t
  pass(29'900ms);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(100ms + 50ms);
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK(last_nonce() != first);
  CAF_CHECK(last_request()["guild_id"] == to_string(a));
  CAF_CHECK(finished_requests.empty());
  answer(a, 10);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 2u);
}

CAF_TEST(Q8 without a chunk the 30 s count from a second after the write) {
  values.auto_chunk = true;
  begin({a}, 5000); // written at t
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(30'900ms);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(150ms);
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST(Q8 E2 a startup request that stays incomplete is told as such) {
  values.auto_chunk = true;
  start_with({a, b});
  say(guild_create(a, 5000));
  say(guild_create(b, 6000));
  auto nonce = requests().at(0)["nonce"].get<std::string>();
  auto of_b = requests().at(1)["nonce"].get<std::string>();
  say(chunk(a, nonce, 0, 3, 10));
  say(chunk(b, of_b, 0, 1, 10));
  pass(31s);
  CAF_REQUIRE_EQUAL(requests().size(), 3u);
  say(chunk(a, last_nonce(), 1, 3, 10));
  say(chunk(a, last_nonce(), 2, 3, 10));
  auto best = last_nonce();
  CAF_CHECK(finished_shards.empty());
  pass(5s + 50ms);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 2u);
  auto& x = finished_requests[1];
  CAF_CHECK(x.outcome == outcome::incomplete);
  CAF_CHECK_EQUAL(x.nonce, nonce); // the request's, not the attempt's
  CAF_CHECK(x.nonce != best);
  CAF_CHECK_EQUAL(x.attempts, 2u);
  CAF_CHECK_EQUAL(x.chunk_count, 3u);
  CAF_CHECK_EQUAL(x.missed_chunks, std::vector<std::uint32_t>{0});
  CAF_CHECK_EQUAL(x.members, 20u);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  auto& end = finished_shards[0];
  CAF_CHECK_EQUAL(end.incomplete_guild_ids, std::vector{a});
  CAF_CHECK(end.missed_guild_ids.empty());
  CAF_CHECK(end.unavailable_guild_ids.empty());
  CAF_CHECK(state_of(a).status == guild_status::incomplete);
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].guilds, 1u);
  pass(5min);
  CAF_CHECK_EQUAL(requests().size(), 3u); // two attempts and no more
}

CAF_TEST(Q8 a request by the user has one attempt unless it says otherwise) {
  begin({a, b});
  auto once = ask(ask_for::search(a, "n", 1));
  auto thrice = ask(ask_for::search(b, "n", 1).with_attempts(3));
  pass(2min);
  CAF_REQUIRE(once->answer);
  CAF_CHECK_EQUAL(once->answer->attempts, 1u);
  CAF_REQUIRE(thrice->answer);
  CAF_CHECK_EQUAL(thrice->answer->attempts, 3u);
  CAF_CHECK_EQUAL(requests().size(), 4u);
}

CAF_TEST_FIXTURE_SCOPE_END()
