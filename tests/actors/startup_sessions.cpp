#define CAF_SUITE actors_startup_sessions

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(startup_sessions_tests, fleet)

CAF_TEST(E2 comes once after each identify) {
  begin({a});
  answer_all();
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  link().end(4009); // the session is gone: identify anew
  pass(5s);
  auto& gate = greet({a});
  gate.say(guild_create(a, 5));
  pass(31s); // Q7
  answer_last();
  CAF_CHECK_EQUAL(finished_shards.size(), 2u);
  CAF_CHECK_EQUAL(finished.size(), 1u); // E3 once per start
}

CAF_TEST(S5 a startup overtaken by READY emits no E2 and goes on under its E1) {
  start_with({a, b});
  say(guild_create(a, 5));
  auto nonce = last_nonce();
  say(chunk(a, nonce, 0, 2));
  link().end(4009);
  pass(5s);
  auto& next = greet({a});
  CAF_CHECK(finished_shards.empty());
  next.say(guild_create(a, 5));
  pass(31s);
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK(last_nonce() != nonce);
  // A chunk of the old session touches no book of the new one.
  say(chunk(a, nonce, 1, 2));
  CAF_CHECK(finished_requests.empty());
  answer_last();
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, nonce);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 2u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
}

CAF_TEST(S5 the request of a guild that is gone after READY has left) {
  begin({a});
  link().end(4009);
  pass(5s);
  greet({});
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::guild_left);
}

CAF_TEST(S5 a request of the bot is asked again once) {
  values.auto_chunk = false;
  begin({a});
  auto asked = ask(ask_for::search(a, "nel", 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  link().end(4009);
  pass(5s);
  greet({a});
  say(guild_create(a, 5));
  CAF_CHECK_EQUAL(requests().size(), 2u);
  CAF_CHECK_EQUAL(asked->count, 0);
  link().end(4009);
  pass(5s);
  greet({a});
  say(guild_create(a, 5));
  CAF_CHECK_EQUAL(requests().size(), 2u);
  CAF_REQUIRE(asked->answer);
  CAF_CHECK(asked->answer->outcome == outcome::session_lost);
}

CAF_TEST(S6 a resume keeps what has come and asks for no more) {
  begin({a});
  auto nonce = last_nonce();
  say(chunk(a, nonce, 0, 2));
  link().end(0);
  pass(1min); // all clocks stand still
  CAF_CHECK(finished_requests.empty());
  auto& next = reconnect();
  CAF_CHECK_EQUAL(connections.at(1)->url.substr(0, 11), "ws://resume");
  CAF_CHECK_EQUAL(connections.at(2)->url.substr(0, 12), "ws://gateway");
  CAF_CHECK_EQUAL(next.sent(6).size(), 1u);
  say(resumed(9));
  CAF_CHECK_EQUAL(resumes.size(), 1u);
  pass(4s);
  say(chunk(a, nonce, 1, 2));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
}

CAF_TEST(S6 what does not come after a resume is asked again for free) {
  begin({a});
  link().end(0);
  resume();
  pass(2min);
  CAF_CHECK_EQUAL(requests().size(), 3u);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::no_response);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 3u);
}

CAF_TEST(S6 what is missing after a resume is asked again for free) {
  values.max_attempts = 1;
  begin({a}, 15);
  auto nonce = last_nonce();
  say(chunk(a, nonce, 0, 3, 5));
  link().end(4000);
  resume();
  link().say(chunk(a, nonce, 2, 3, 5)); // replayed, or new
  pass(6s);
  CAF_CHECK(finished_requests.empty());
  pass(30s); // the cooldown
  CAF_REQUIRE_EQUAL(link().sent(8).size(), 1u);
  link().say(chunk(a, last_nonce(), 1, 3, 5));
  pass(6s);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
