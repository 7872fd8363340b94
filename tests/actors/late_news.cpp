#define CAF_SUITE actors_late_news

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// A guild that only the bot itself asks for.
struct fixture : idle_fleet {
  /// Asks under this nonce, and joins nobody.
  void ask_as(const char* nonce) {
    ask(ask_for::whole_list(a).with_nonce(nonce));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(late_news_tests, fixture)

CAF_TEST(Q6 the write of a refused send starts no clock of the next one) {
  begin({a});
  link().confirm_writes = false;
  ask_as("mine");
  say(rate_limited(a, "mine", 1.0));
  // The first write is confirmed when the second has been posted.
  auto first = link().take_unconfirmed();
  pass(1s);
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK_EQUAL(last_nonce(), "mine");
  link().confirm(first);
  pass(5s);
  link().confirm(); // the second
  pass(9s);
  CAF_CHECK(finished_requests.empty());
  pass(1s);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::no_response);
}

CAF_TEST(Q6 a write that is confirmed after its refusal starts no clock) {
  begin({a});
  link().confirm_writes = false;
  ask_as("mine");
  say(rate_limited(a, "mine", 20.0));
  link().confirm();
  pass(19s);
  CAF_CHECK(finished_requests.empty());
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(1s);
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST(Q7 a refusal that is read late shortens no newer wait) {
  values.first_response_timeout = 60s;
  begin({a});
  ask_as("one");
  pass(32s);
  ask_as("two");
  CAF_REQUIRE_EQUAL(last_nonce(), "two");
  say(chunk(a, "two", 0, 1, 5)); // stamped: free in 30 s
  pass(1s);
  say(rate_limited(a, "one", 1.0));
  pass(28s);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  pass(1s);
  CAF_REQUIRE_EQUAL(requests().size(), 3u);
  CAF_CHECK_EQUAL(last_nonce(), "one");
}

CAF_TEST(Q7 a refusal of what has been answered shortens no wait) {
  begin({a});
  ask_as("one");
  say(chunk(a, "one", 0, 2, 5));
  say(rate_limited(a, "one", 1.0));
  pass(29s);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(1s);
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST(Q7 S6 a request that is taken back leaves the stamps of others) {
  values.first_response_timeout = 60s;
  begin({a});
  link().confirm_writes = false;
  ask_as("one");
  pass(32s);
  ask_as("two");
  say(chunk(a, "two", 0, 2, 5));
  link().end(0);
  pass(1s);
  resume();
  say(chunk(a, "two", 1, 2, 5));
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  auto began = sched.clock().now();
  while (requests().size() < 3 && sched.clock().now() < began + 1min)
    pass(100ms);
  CAF_REQUIRE_EQUAL(requests().size(), 3u);
  CAF_CHECK_EQUAL(last_nonce(), "one");
  CAF_CHECK(sched.clock().now() >= began + 25s);
}

CAF_TEST_FIXTURE_SCOPE_END()
