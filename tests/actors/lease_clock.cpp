#define CAF_SUITE actors_lease_clock

#include "actors/lease_clock.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

struct fixture {
  /// A renewal that takes `d`.
  void renew(lease_clock::counters others, timespan d = 10ms) {
    auto sent = now;
    now += d;
    clock.renewed(others, sent, now);
  }

  bool is_dead(std::uint64_t node) const {
    return clock.dead(now).count(node) == 1;
  }

  time_point now = time_point{} + 1h;
  lease_clock clock{15s};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(lease_clock_tests, fixture)

CAF_TEST(C2 a lease is renewed each third of the timeout) {
  auto sent = now;
  renew({});
  CAF_CHECK(clock.due() == sent + 5s);
  now = clock.due();
  sent = now;
  renew({}, 2s); // counted from when it was sent
  CAF_CHECK(clock.due() == sent + 5s);
}

CAF_TEST(C2 with others it is renewed so often that a dead one is missed soon) {
  auto sent = now;
  renew({{2, 7}}, 100ms);
  CAF_CHECK(clock.due() == sent + 1500ms);
  clock = lease_clock{3s};
  renew({{2, 7}}, 0ms);
  CAF_CHECK(clock.due() == now + 1s);
}

CAF_TEST(C4 who is told of news looks soon and not all the time) {
  auto sent = now;
  renew({});
  clock.hurry(now);
  CAF_CHECK(clock.due() == sent + 200ms);
  now += 3s;
  clock.hurry(now);
  CAF_CHECK(clock.due() == sent + 200ms); // it was due before
  renew({});
  now += 3s;
  clock.hurry(now);
  CAF_CHECK(clock.due() == now);
  now += 1h;
  renew({});
  CAF_CHECK(clock.due() > now + 4s);
}

CAF_TEST(C2 a renewal that failed is tried again soon) {
  renew({});
  now += 5s;
  clock.failed(now, now);
  CAF_CHECK(clock.due() == now + 1s);
  clock = lease_clock{1200ms};
  clock.failed(now, now);
  CAF_CHECK(clock.due() == now + 200ms);
}

CAF_TEST(C3 a renewal that got no answer is tried again at once) {
  renew({});
  now += 5s;
  for (auto d : {400ms, 3000ms}) {
    auto asked = now;
    now += d;
    clock.failed(asked, now);
    CAF_CHECK(clock.due() == std::max(now, asked + 1s));
  }
}

CAF_TEST(C2 who has not counted up for a whole timeout is dead) {
  renew({{2, 7}});
  auto first_seen = now;
  while (clock.due() < first_seen + 15s) {
    now = clock.due();
    CAF_CHECK(!is_dead(2));
    renew({{2, 7}});
  }
  // The last look is due when the time is up, not at the next third.
  CAF_CHECK(clock.due() == first_seen + 15s);
  now = clock.due() - 1ns;
  CAF_CHECK(!is_dead(2));
  now = clock.due();
  CAF_CHECK(is_dead(2));
  auto dead = clock.dead(now);
  CAF_CHECK_EQUAL(dead.at(2), 7u);
  // The store did not find it so, or has forgotten it.
  auto again = clock;
  renew({{2, 8}});
  CAF_CHECK(!is_dead(2));
  clock = again;
  renew({});
  CAF_CHECK(clock.dead(now + 1h).empty());
}

CAF_TEST(C2 who counts up lives) {
  for (std::uint64_t n = 0; n < 20; ++n) {
    renew({{2, n}, {3, 1}});
    now = clock.due();
    CAF_CHECK(!is_dead(2));
  }
  CAF_CHECK(is_dead(3));
}

CAF_TEST(C2 who has moved twice since it was first seen lives) {
  for (std::uint64_t counter : {7, 7, 8, 8}) {
    renew({{2, counter}, {3, 1}});
    CAF_CHECK(!clock.lives(2)); // a last write of a dead one may come late
    now = clock.due();
  }
  renew({{2, 9}, {3, 1}});
  CAF_CHECK(clock.lives(2));
  CAF_CHECK(!clock.lives(3) && !clock.lives(4));
}

CAF_TEST(C2 a counter that went back has moved) {
  renew({{2, 7}});
  for (int i = 0; i < 3; ++i) {
    now = clock.due();
    renew({{2, 7}});
  }
  renew({{2, 3}});
  now += 1s;
  CAF_CHECK(!is_dead(2));
}

CAF_TEST(C2 who could not look for long starts to count anew) {
  for (auto gap : {10s + 1ms, 1h + 0ms}) {
    clock = lease_clock{15s};
    renew({{2, 7}});
    now += 5s;
    renew({{2, 7}});
    now += gap; // calls failed, or this process was frozen
    CAF_CHECK(!is_dead(2));
    renew({{2, 7}}, 0ms);
    now += 9s;
    renew({{2, 7}}, 0ms);
    now += 5s;
    CAF_CHECK(!is_dead(2));
    now += 1s;
    CAF_CHECK(is_dead(2));
  }
}

CAF_TEST(C2 a retry within a third breaks nothing) {
  renew({{2, 7}}, 0ms);
  now += 5s;
  clock.failed(now, now);
  now += 4s;
  renew({{2, 7}}, 0ms);
  now += 6s;
  CAF_CHECK(is_dead(2));
}

CAF_TEST(C2 whose time is up makes nobody hurry who cannot ask) {
  renew({{2, 7}}, 0ms);
  now += 15s;
  for (int i = 0; i < 5; ++i) {
    clock.failed(now, now);
    CAF_CHECK(clock.due() == now + 1s);
    now += 1s;
  }
}

CAF_TEST(C2 nobody is dead before the first look) {
  CAF_CHECK(clock.dead(now + 24h).empty());
}

CAF_TEST(C2 a dead one that cannot be marked is no reason to hurry) {
  renew({{2, 7}}, 0ms);
  for (int i = 0; i < 10; ++i) {
    now = clock.due();
    renew({{2, 7}}, 0ms);
  }
  CAF_CHECK(is_dead(2));
  CAF_CHECK(clock.due() == now + 1500ms);
}

CAF_TEST_FIXTURE_SCOPE_END()
