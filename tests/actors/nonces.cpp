#define CAF_SUITE actors_nonces

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// Chunks that belong to nobody here, or to nobody any more.

CAF_TEST_FIXTURE_SCOPE(nonce_tests, idle_fleet)

CAF_TEST(Q4 a chunk that nobody here asked for is tracked) {
  begin({a, b});
  say(chunk(a, "theirs", 1, 2, 5));
  CAF_CHECK(finished_requests.empty());
  say(chunk(a, "theirs", 0, 2, 5));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, "theirs");
  CAF_CHECK_EQUAL(finished_requests[0].members, 10u);
  // It has ended: what comes late is not taken for another one.
  say(chunk(a, "theirs", 0, 2, 5));
  pass(10s);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(figures().late_chunks, 1u);
}

CAF_TEST(Q4 late chunks of ended requests are told from foreign ones) {
  begin({a, b});
  auto x = ask(ask_for::search(a, "n", 1));
  pass(15s);
  CAF_CHECK(x->answer->outcome == outcome::no_response);
  say(chunk(a, x->answer->nonce, 0, 1));
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(figures().late_chunks, 1u);
  CAF_CHECK_EQUAL(figures().foreign_requests, 0u);
}

CAF_TEST(Q4 a chunk without nonce goes to listeners only) {
  begin({a, b});
  record(~0u);
  say(chunk(a, "", 0, 1, 4));
  CAF_REQUIRE_EQUAL(chunks.size(), 1u);
  CAF_CHECK(chunks[0].nonce.empty());
  pass(20s);
  CAF_CHECK(finished_requests.empty());
}

CAF_TEST(Q4 a foreign request is never asked again) {
  begin({a});
  say(chunk(a, "theirs", 0, 2));
  link().end(0);
  resume();
  pass(1min);
  CAF_CHECK(requests().empty());
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::incomplete);
}

CAF_TEST(Q4 the nonce of a caller that joined is remembered) {
  begin({a});
  auto leader = ask(ask_for::whole_list(a));
  auto other = ask_for::whole_list(a);
  other.nonce = "other";
  auto joined = ask(other);
  answer(a);
  CAF_REQUIRE(leader->answer);
  CAF_REQUIRE(joined->answer);
  auto again = ask(ask_for::search(a, "n", 1).with_nonce("other"));
  CAF_CHECK(code_of(again->error) == errc::nonce_in_use);
}

CAF_TEST(Q4 an ended nonce is late for five minutes and foreign after that) {
  begin({a, b});
  auto x = ask(ask_for::search(a, "n", 1));
  auto nonce = last_nonce();
  say(chunk(a, nonce, 0, 1));
  CAF_REQUIRE(x->answer);
  pass(5min - 1ms);
  say(chunk(a, nonce, 0, 1));
  CAF_CHECK_EQUAL(figures().late_chunks, 1u);
  CAF_CHECK_EQUAL(figures().foreign_requests, 0u);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  pass(1ms);
  say(chunk(a, nonce, 0, 1));
  CAF_CHECK_EQUAL(figures().late_chunks, 1u);
  CAF_CHECK_EQUAL(figures().foreign_requests, 1u);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 2u);
  CAF_CHECK_EQUAL(finished_requests[1].nonce, nonce);
}

CAF_TEST(Q4 the nonces of single attempts are remembered as long) {
  begin({a, b});
  auto x = ask(ask_for::search(a, "n", 1).with_attempts(2));
  auto first = last_nonce();
  pass(11s);
  auto second = last_nonce();
  CAF_CHECK(first != second);
  pass(11s);
  CAF_REQUIRE(x->answer);
  pass(4min);
  for (auto& nonce : {first, second})
    say(chunk(a, nonce, 0, 1));
  CAF_CHECK_EQUAL(figures().late_chunks, 2u);
  CAF_CHECK_EQUAL(figures().foreign_requests, 0u);
  pass(1min);
  for (auto& nonce : {first, second})
    say(chunk(a, nonce, 0, 1));
  CAF_CHECK_EQUAL(figures().late_chunks, 2u);
  CAF_CHECK_EQUAL(figures().foreign_requests, 2u);
}

CAF_TEST(Q4 Q2 a nonce that has ended is not taken again for five minutes) {
  begin({a, b});
  auto x = ask(ask_for::search(a, "n", 1).with_nonce("mine"));
  say(chunk(a, "mine", 0, 1));
  CAF_REQUIRE(x->answer);
  pass(5min - 1ms);
  auto early = ask(ask_for::search(a, "n", 1).with_nonce("mine"));
  CAF_CHECK(code_of(early->error) == errc::nonce_in_use);
  pass(1ms);
  auto later = ask(ask_for::search(a, "n", 1).with_nonce("mine"));
  CAF_CHECK_EQUAL(later->count, 0);
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
