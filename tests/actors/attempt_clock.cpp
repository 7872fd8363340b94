#define CAF_SUITE actors_attempt_clock

#include "actors/attempt_clock.hpp"

#include <chrono>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

using phase = attempt_clock::phase;
using verdict = attempt_clock::verdict;

namespace {

struct fixture {
  /// Ten seconds for the first chunk, five from one to the next.
  static patience waits(std::int32_t attempts) { return {attempts, 5s, 10s}; }

  /// What follows of a timer that finds nothing new.
  verdict silence(attempt_clock& x, caf::timespan now) {
    return x.timed_out(now, 0s);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(attempt_clock_tests, fixture)

CAF_TEST(Q6 the first chunk is waited for from the write on) {
  attempt_clock x{waits(1)};
  CAF_CHECK(x.state() == phase::idle);
  CAF_CHECK(x.written("a", 2s, false) == caf::timespan{10s});
  CAF_CHECK(x.state() == phase::first_response);
  auto early = silence(x, 11s);
  CAF_CHECK(early.is == verdict::wait);
  CAF_CHECK(early.after == 1s);
  CAF_CHECK(silence(x, 12s).is == verdict::give_up);
  CAF_CHECK(x.state() == phase::idle);
  CAF_CHECK(x.failure() == outcome::no_response);
}

CAF_TEST(Q6 each chunk of its own begins the shorter wait anew) {
  attempt_clock x{waits(1)};
  x.written("a", 0s, false);
  CAF_CHECK(x.heard("a", 1s) == caf::timespan{5s});
  CAF_CHECK(x.state() == phase::next_chunk);
  CAF_CHECK(!x.heard("a", 4s)); // the timer that runs finds out
  CAF_CHECK(silence(x, 6s).after == 3s);
  CAF_CHECK(silence(x, 9s).is == verdict::give_up);
  CAF_CHECK(x.failure() == outcome::incomplete);
}

CAF_TEST(Q6 chunks of other requests prolong a wait ten times at most) {
  attempt_clock x{waits(1)};
  x.written("a", 0s, false);
  CAF_CHECK(x.timed_out(10s, 8s).after == 8s);
  CAF_CHECK(x.timed_out(99s, 98s).after == 1s);
  CAF_CHECK(x.timed_out(100s, 99s).is == verdict::give_up);
}

CAF_TEST(Q6 a timer that comes too late is forgiven once) {
  attempt_clock x{waits(1)};
  x.written("a", 0s, false);
  auto late = silence(x, 70s);
  CAF_CHECK(late.is == verdict::wait);
  CAF_CHECK(late.after == 1s);
  CAF_CHECK(silence(x, 71s).is == verdict::give_up);
  attempt_clock y{waits(1)};
  y.written("a", 0s, false);
  CAF_CHECK(silence(y, 70s).is == verdict::wait);
  y.heard("a", 70s);
  CAF_CHECK(silence(y, 140s).is == verdict::wait); // once per wait
}

CAF_TEST(Q8 attempts are counted and then given up) {
  attempt_clock x{waits(2)};
  x.written("a", 0s, false);
  CAF_CHECK(silence(x, 10s).is == verdict::ask_again);
  x.written("b", 20s, false);
  x.written("b", 21s, false); // told twice
  CAF_CHECK_EQUAL(x.asked(), 2u);
  CAF_CHECK(silence(x, 30s).is == verdict::give_up);
}

CAF_TEST(Q8 who joins later may be more patient) {
  attempt_clock x{waits(1)};
  x.written("a", 0s, false);
  x.be_patient({2, 5s, 20s});
  CAF_CHECK(silence(x, 10s).after == 10s);
  CAF_CHECK(silence(x, 20s).is == verdict::ask_again);
}

CAF_TEST(Q7 a refused attempt was none) {
  attempt_clock x{waits(1)};
  x.written("a", 0s, false);
  x.refused("a");
  CAF_CHECK(x.state() == phase::idle);
  CAF_CHECK(x.attempt().empty());
  // The same nonce goes out again.
  CAF_CHECK(x.written("a", 30s, false) == caf::timespan{10s});
  CAF_CHECK_EQUAL(x.asked(), 2u);
  CAF_CHECK(silence(x, 40s).is == verdict::give_up);
}

CAF_TEST(S5 the attempt after a lost session is free) {
  attempt_clock x{waits(1)};
  x.written("a", 0s, false);
  x.lost("other"); // of no attempt that is on the wire
  CAF_CHECK(x.waiting());
  x.lost("a");
  CAF_CHECK(x.state() == phase::idle);
  x.written("b", 5s, false);
  CAF_CHECK(silence(x, 15s).is == verdict::give_up);
  CAF_CHECK_EQUAL(x.asked(), 2u);
}

CAF_TEST(S6 a silence after a resume costs no attempt) {
  attempt_clock x{waits(1)};
  x.written("a", 0s, false);
  x.resumed("a", 8s);
  CAF_CHECK(silence(x, 10s).after == 8s);
  CAF_CHECK(silence(x, 18s).is == verdict::ask_again);
  x.written("b", 18s, false);
  CAF_CHECK(silence(x, 28s).is == verdict::give_up);
}

CAF_TEST(S6 a resume that was no fault excuses nothing later) {
  attempt_clock x{waits(2)};
  x.written("a", 0s, false);
  x.resumed("a", 1s);
  x.refused("a");
  x.written("a", 30s, false);
  CAF_CHECK(silence(x, 40s).is == verdict::ask_again); // counted
  x.written("b", 40s, false);
  CAF_CHECK(silence(x, 50s).is == verdict::give_up);
}

CAF_TEST(Q4 the request of another is never asked again) {
  attempt_clock x{waits(3), false};
  x.written("theirs", 0s, true);
  CAF_CHECK(x.state() == phase::next_chunk);
  x.resumed("theirs", 1s);
  CAF_CHECK(silence(x, 6s).is == verdict::give_up);
}

CAF_TEST(Q14 the times are those since the first write) {
  attempt_clock x{waits(2)};
  x.heard("a", 1s); // it has overtaken the news
  CAF_CHECK(!x.first_response());
  x.written("a", 2s, true);
  CAF_CHECK(!x.first_response()); // no time before the write
  x.heard("a", 4s);
  CAF_CHECK(x.completion() == caf::timespan{2s});
  attempt_clock y{waits(2)};
  y.written("a", 2s, false);
  CAF_CHECK(!y.completion());
  y.heard("a", 4s);
  y.heard("a", 9s);
  CAF_CHECK(y.first_response() == caf::timespan{2s});
  CAF_CHECK(y.completion() == caf::timespan{7s});
}

CAF_TEST(Q3 nothing begins after the end) {
  attempt_clock x{waits(2)};
  x.written("a", 0s, false);
  x.end();
  CAF_CHECK(x.over());
  CAF_CHECK(!x.written("b", 1s, false));
  CAF_CHECK(!x.waiting());
}

CAF_TEST_FIXTURE_SCOPE_END()
