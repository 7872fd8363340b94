#define CAF_SUITE net_command_window

#include "net/command_window.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

const auto t0 = time_point{} + 1h;

/// The most sends in any span, which includes its start but not its end.
std::size_t most_in(const std::vector<time_point>& sent, timespan span) {
  std::size_t most = 0, first = 0;
  for (std::size_t last = 0; last < sent.size(); ++last) {
    while (sent[first] + span <= sent[last])
      ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

} // namespace

CAF_TEST(Q9 heartbeats take no more than half of the window) {
  command_window window{120, 60s};
  window.reserve_for(1ms);
  auto now = time_point{} + 1h;
  int beats = 0;
  while (window.free_at(now, true) <= now) {
    window.record(now, true);
    ++beats;
  }
  CAF_CHECK_EQUAL(beats, 60);
  CAF_CHECK(window.free_at(now, true) == now + 60s);
  int others = 0;
  for (; window.free_at(now) <= now; ++others)
    window.record(now);
  CAF_CHECK_EQUAL(others, 60); // and what else is sent has the other half
  CAF_CHECK(window.budget(now) == 0u);
}

CAF_TEST(Q9 the window is full at the limit less the room for heartbeats) {
  command_window x{120, 60s};
  x.reserve_for(41250ms);
  CAF_CHECK_EQUAL(x.reserve(), 4u); // 2 beats in a span and 2 asked for
  for (int i = 0; i < 116; ++i) {
    CAF_REQUIRE(x.free_at(t0) <= t0);
    x.record(t0);
  }
  CAF_CHECK(x.free_at(t0) == t0 + 60s);
  CAF_CHECK_EQUAL(x.budget(t0), 0u);
  for (int i = 0; i < 4; ++i) {
    CAF_REQUIRE(x.free_at(t0, true) <= t0);
    x.record(t0);
  }
  CAF_CHECK(x.free_at(t0, true) == t0 + 60s);
}

CAF_TEST(Q9 the window slides) {
  command_window x{10, 60s};
  for (int i = 0; i < 6; ++i)
    x.record(t0 + i * 1s);
  // 4 are kept for heartbeats.
  CAF_CHECK(x.free_at(t0 + 10s) == t0 + 60s);
  CAF_CHECK_EQUAL(x.budget(t0 + 10s), 0u);
  CAF_CHECK(x.free_at(t0 + 60s - 1ns) == t0 + 60s);
  CAF_CHECK(x.free_at(t0 + 60s) <= t0 + 60s);
  CAF_CHECK_EQUAL(x.budget(t0 + 60s), 1u);
  x.record(t0 + 60s);
  CAF_CHECK(x.free_at(t0 + 60s) == t0 + 61s);
}

CAF_TEST(heartbeats in the window delay the others) {
  command_window x{10, 60s};
  for (int i = 0; i < 10; ++i)
    x.record(t0 + i * 1s);
  // All but 5 of the 10 must have left.
  CAF_CHECK(x.free_at(t0 + 10s) == t0 + 64s);
  CAF_CHECK(x.free_at(t0 + 10s, true) == t0 + 60s);
}

CAF_TEST(a new connection has a new window) {
  command_window x{8, 60s};
  for (int i = 0; i < 8; ++i)
    x.record(t0);
  x.reset();
  CAF_CHECK(x.free_at(t0) <= t0);
  CAF_CHECK_EQUAL(x.budget(t0), 4u);
}

CAF_TEST(the room kept grows with the number of heartbeats) {
  command_window x{120, 60s};
  x.reserve_for(60s);
  CAF_CHECK_EQUAL(x.reserve(), 4u);
  x.reserve_for(10s);
  CAF_CHECK_EQUAL(x.reserve(), 9u);
  x.reserve_for(1ms);
  CAF_CHECK_EQUAL(x.reserve(), 60u); // half is left to the bot
  x.reserve_for(0s);
  x.reserve_for(-1s);
  CAF_CHECK_EQUAL(x.reserve(), 60u);
}

CAF_TEST(Q9 no window ever holds more than the limit) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    std::mt19937 random{seed};
    auto below = [&](std::uint32_t n) { return random() % n; };
    // Enough for the beats of the shortest interval, each with one asked for.
    const std::uint32_t limit = 32 + below(89);
    const timespan span = 60s;
    const timespan interval = 20s + below(30) * 1s;
    command_window x{limit, span};
    x.reserve_for(interval);
    std::vector<time_point> sent;
    auto now = t0;
    auto beat = now + timespan{below(20) * 1s};
    auto next_asked = now;
    std::size_t late_beats = 0, late = 0, refused = 0;
    for (int i = 0; i < 20'000; ++i) {
      now += below(50) == 0 ? timespan{below(3'000) * 1ms}
                            : timespan{below(20'000) * 1us};
      auto record = [&] {
        x.record(now);
        sent.push_back(now);
      };
      if (now >= beat) {
        late_beats += x.free_at(now, true) > now;
        record();
        beat += interval;
      }
      if (now >= next_asked) { // twice in a span at most
        late_beats += x.free_at(now, true) > now;
        record();
        next_asked = now + span / 2;
      }
      if (x.free_at(now) <= now) {
        late += x.budget(now) == 0;
        record();
      } else {
        late += x.budget(now) != 0;
        ++refused;
        if (below(8) == 0 && x.free_at(now) < std::min(beat, next_asked)) {
          now = x.free_at(now); // it is free when it says so
          late += x.free_at(now) > now;
        }
      }
    }
    CAF_CHECK_LESS_OR_EQUAL(most_in(sent, span), limit);
    CAF_CHECK_LESS_OR_EQUAL(limit - x.reserve(), most_in(sent, span));
    CAF_CHECK_EQUAL(late_beats, 0u);
    CAF_CHECK_EQUAL(late, 0u);
    CAF_CHECK(refused > 0);
  }
}

CAF_TEST(E6 the window tells how long a queue takes at least) {
  command_window x{14, 60s}; // 10 and a reserve of 4
  CAF_CHECK(x.wait_for(0, t0) == 0s);
  CAF_CHECK(x.wait_for(10, t0) == 0s);
  CAF_CHECK(x.wait_for(11, t0) == 60s);
  CAF_CHECK(x.wait_for(21, t0) == 120s);
  for (int i = 0; i < 10; ++i)
    x.record(t0 + i * 1s);
  auto now = t0 + 10s;
  CAF_CHECK(x.wait_for(1, now) == 50s);
  CAF_CHECK(x.wait_for(10, now) == 59s);
  CAF_CHECK(x.wait_for(11, now) == 110s);
  CAF_CHECK(x.wait_for(10, t0 + 70s) == 0s);
}
