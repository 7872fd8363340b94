#define CAF_SUITE net_identify_buckets

#include "net/identify_buckets.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

const auto t0 = time_point{} + 1h;

using shards = std::vector<std::uint32_t>;

shards granted(identify_buckets& x, time_point now) {
  shards result;
  while (auto turn = x.next(now)) {
    CAF_CHECK(x.claimed(*turn, turn->seen + 1, now));
    result.push_back(turn->shard);
  }
  return result;
}

/// Asks for `n` identifies of as many buckets and counts those granted.
std::size_t use(identify_buckets& x, std::uint32_t n, time_point now) {
  for (std::uint32_t i = 0; i < n; ++i)
    x.ask(i);
  return granted(x, now).size();
}

} // namespace

CAF_TEST(one identify per interval) {
  identify_buckets x{5s};
  CAF_CHECK(x.due(t0) == never);
  CAF_CHECK(!x.next(t0));
  for (std::uint32_t i = 0; i < 3; ++i)
    x.ask(i);
  CAF_CHECK(x.due(t0) == t0);
  CAF_CHECK(granted(x, t0) == shards{0});
  CAF_CHECK(x.due(t0) == t0 + 5s);
  CAF_CHECK(granted(x, t0 + 5s - 1ns).empty());
  CAF_CHECK(granted(x, t0 + 5s) == shards{1});
  CAF_CHECK(granted(x, t0 + 100s) == shards{2});
  CAF_CHECK(x.due(t0 + 100s) == never);
}

CAF_TEST(each bucket is spaced by itself) {
  identify_buckets x{5s};
  x.set_limits(4, 1000, 24h, t0);
  for (std::uint32_t i = 0; i < 16; ++i)
    x.ask(i);
  std::map<std::uint32_t, time_point> at;
  auto now = t0;
  while (x.due(now) != never) {
    now = x.due(now);
    for (auto shard : granted(x, now))
      at[shard] = now;
  }
  CAF_CHECK_EQUAL(at.size(), 16u);
  for (auto& [shard, time] : at)
    CAF_CHECK(time == t0 + (shard / 4) * 5s);
}

CAF_TEST(a full bucket does not hold up another) {
  identify_buckets x{5s};
  x.set_limits(2, 1000, 24h, t0);
  x.ask(0);
  x.ask(2);
  x.ask(1);
  CAF_CHECK(granted(x, t0) == (shards{0, 1}));
  CAF_CHECK(granted(x, t0 + 5s) == shards{2});
}

CAF_TEST(nothing is granted beyond the budget) {
  identify_buckets x{5s};
  x.set_limits(16, 3, 1h, t0);
  for (std::uint32_t i = 0; i < 6; ++i)
    x.ask(i);
  CAF_CHECK_EQUAL(granted(x, t0).size(), 3u);
  CAF_CHECK(x.exhausted());
  CAF_CHECK(x.due(t0) == t0 + 1h);
  CAF_CHECK(granted(x, t0 + 1h - 1ns).empty());
  CAF_CHECK_EQUAL(granted(x, t0 + 1h).size(), 3u);
  CAF_CHECK_EQUAL(x.remaining(), 997u);
}

CAF_TEST(a budget that is used up from the start) {
  identify_buckets x{5s};
  x.set_limits(1, 0, 10s, t0);
  x.ask(0);
  CAF_CHECK(granted(x, t0).empty());
  CAF_CHECK(x.due(t0) == t0 + 10s);
  CAF_CHECK(granted(x, t0 + 10s) == shards{0});
}

CAF_TEST(a change of concurrency forgets no one and grants no one early) {
  identify_buckets x{5s};
  for (std::uint32_t i = 0; i < 4; ++i)
    x.ask(i);
  CAF_CHECK(granted(x, t0) == shards{0});
  x.set_limits(4, 1000, 24h, t0 + 1s);
  CAF_CHECK(granted(x, t0 + 1s).empty());
  CAF_CHECK(granted(x, t0 + 5s) == (shards{1, 2, 3}));
  CAF_CHECK(x.due(t0 + 5s) == never);
  // And back.
  for (std::uint32_t i = 0; i < 4; ++i)
    x.ask(i);
  x.set_limits(1, 1000, 24h, t0 + 6s);
  CAF_CHECK(x.due(t0 + 6s) == t0 + 10s);
  CAF_CHECK(granted(x, t0 + 10s) == shards{0});
  CAF_CHECK(granted(x, t0 + 15s) == shards{1});
}

CAF_TEST(limits that make no sense are clamped) {
  identify_buckets x{5s};
  x.set_limits(0, 1000, 24h, t0);
  x.ask(7);
  x.ask(8);
  CAF_CHECK(granted(x, t0) == shards{7});
  x.set_limits(UINT32_MAX, 1000, 24h, t0);
  CAF_CHECK(granted(x, t0 + 5s) == shards{8});
}

CAF_TEST(a shard may ask again) {
  identify_buckets x{5s};
  x.ask(0);
  x.ask(0);
  CAF_CHECK(granted(x, t0) == shards{0});
  x.ask(0);
  CAF_CHECK(granted(x, t0 + 5s) == shards{0});
  CAF_CHECK(granted(x, t0 + 10s) == shards{0});
  CAF_CHECK(granted(x, t0 + 15s).empty());
}

CAF_TEST(the budget is refilled each day after the announced reset) {
  identify_buckets x{0s};
  x.set_limits(1, 3, 1h, t0);
  CAF_CHECK_EQUAL(use(x, 5, t0), 3u);
  for (auto reset : {t0 + 1h, t0 + 25h, t0 + 49h}) {
    CAF_CHECK(x.due(reset - 1ns) == reset);
    CAF_CHECK(granted(x, reset - 1ns).empty());
    // Two have waited; then one more than there are.
    CAF_CHECK_EQUAL(use(x, 999, reset), 1000u);
    CAF_CHECK(x.exhausted());
    use(x, 1, reset);
  }
}

CAF_TEST(the budget is refilled on the day although nobody asked for days) {
  identify_buckets x{0s};
  x.set_limits(1, 0, 1h, t0);
  CAF_CHECK_EQUAL(use(x, 1001, t0 + 1h + 5 * 24h + 2h), 1000u);
  CAF_CHECK(x.due(t0 + 124h) == t0 + 1h + 6 * 24h);
}

CAF_TEST(a spent budget without a reset is refilled after a day) {
  for (auto reset_after : {0s, -1s}) {
    identify_buckets x{0s};
    x.set_limits(1, 0, reset_after, t0);
    x.ask(0);
    CAF_CHECK(x.due(t0) == t0 + 24h);
    CAF_CHECK(granted(x, t0 + 24h - 1ns).empty());
    CAF_CHECK(granted(x, t0 + 24h) == shards{0});
  }
}

CAF_TEST(a budget that was never announced is refilled after a day) {
  identify_buckets x{0s};
  CAF_CHECK_EQUAL(use(x, 1001, t0), 1000u);
  CAF_CHECK(x.due(t0 + 1s) == t0 + 24h);
  CAF_CHECK_EQUAL(use(x, 1000, t0 + 24h), 1000u);
  CAF_CHECK(x.due(t0 + 24h) == t0 + 48h);
}

CAF_TEST(a larger budget is refilled as large) {
  identify_buckets x{0s};
  x.set_limits(1, 2000, 1h, t0);
  CAF_CHECK_EQUAL(use(x, 2001, t0), 2000u);
  CAF_CHECK_EQUAL(use(x, 2001, t0 + 1h), 2000u);
}

CAF_TEST(who waits for a spent budget is told how long) {
  const caf::timestamp noon{1'785'585'600s}; // 2026-08-01 12:00 UTC
  identify_buckets x{0s};
  x.set_limits(1, 0, 0s, t0);
  CAF_CHECK(!x.starved()); // nobody waits
  x.ask(0);
  CAF_CHECK(x.starved());
  CAF_CHECK_EQUAL(x.starved_words(t0, noon),
                  "no session start is left; shards wait 24 h 0 min, until "
                  "2026-08-02 12:00 UTC");
  x.set_limits(1, 0, 90s, t0);
  CAF_CHECK_EQUAL(x.starved_words(t0, noon),
                  "no session start is left; shards wait 0 h 2 min, until "
                  "2026-08-01 12:02 UTC");
  CAF_CHECK(granted(x, t0 + 90s) == shards{0});
  CAF_CHECK(!x.starved());
}

// -- turns are claimed in the store -------------------------------------------

CAF_TEST(C7 a bucket has one claim at a time) {
  identify_buckets x{5s};
  x.ask(0);
  x.ask(1);
  auto first = x.next(t0);
  CAF_REQUIRE(first);
  CAF_CHECK(!x.next(t0 + 1min)); // a slow store
  CAF_CHECK(x.due(t0) == never);
  x.claimed(*first, 1, t0 + 1min);
  auto again = x.next(t0 + 1min);
  CAF_REQUIRE(again);
  CAF_CHECK_EQUAL(again->shard, 0u); // its slot was spent
}

CAF_TEST(C7 an identify of another process is waited for a little longer) {
  identify_buckets x{5s, 1s};
  x.ask(0);
  auto mine = x.next(t0);
  CAF_REQUIRE(mine);
  CAF_CHECK_EQUAL(mine->seen, 0u);
  x.refused(*mine, 7, 990, t0 + 100ms);
  CAF_CHECK_EQUAL(x.remaining(), 990u);
  CAF_CHECK(x.due(t0 + 100ms) == t0 + 6s + 100ms);
  CAF_CHECK(!x.next(t0 + 6s));
  auto second = x.next(t0 + 6s + 100ms);
  CAF_REQUIRE(second);
  CAF_CHECK_EQUAL(second->seen, 7u);
  CAF_CHECK(x.claimed(*second, 8, t0 + 6s + 100ms));
  x.ask(0);
  // Our own is followed sooner, and known.
  auto third = x.next(t0 + 11s + 100ms);
  CAF_REQUIRE(third);
  CAF_CHECK_EQUAL(third->seen, 8u);
}

CAF_TEST(C7 a counter that the store has lost is taken as it is) {
  identify_buckets x{5s, 1s};
  x.ask(0);
  auto mine = x.next(t0);
  CAF_CHECK(x.claimed(*mine, 9, t0));
  x.ask(0);
  auto second = x.next(t0 + 5s);
  CAF_REQUIRE(second);
  CAF_CHECK_EQUAL(second->seen, 9u);
  x.refused(*second, 0, 990, t0 + 5s);
  auto third = x.next(t0 + 11s);
  CAF_REQUIRE(third);
  CAF_CHECK_EQUAL(third->seen, 0u);
}

CAF_TEST(C7 a claim that is answered too late for its identify is made again) {
  identify_buckets x{5s};
  x.ask(0);
  x.ask(1);
  auto turn = x.next(t0);
  CAF_REQUIRE(turn);
  CAF_CHECK(!x.claimed(*turn, 1, t0 + 501ms));
  CAF_CHECK(x.due(t0 + 501ms) == t0 + 5s);
  CAF_CHECK(granted(x, t0 + 5s) == shards{0});
  CAF_CHECK(granted(x, t0 + 10s) == shards{1});
}

CAF_TEST(C7 a budget that others have used up is none) {
  identify_buckets x{5s, 1s};
  x.set_limits(1, 10, 1h, t0);
  x.ask(0);
  auto turn = x.next(t0);
  CAF_REQUIRE(turn);
  x.refused(*turn, 0, 0, t0);
  CAF_CHECK(x.starved());
  CAF_CHECK(x.due(t0) == t0 + 1h);
}

CAF_TEST(C7 a bucket of which nothing is known any longer is seen first) {
  identify_buckets x{5s, 500ms};
  CAF_CHECK_EQUAL(use(x, 1, t0), 1u);
  x.forget();
  x.ask(0);
  auto turn = x.next(t0 + 100s);
  CAF_REQUIRE(turn);
  CAF_CHECK_EQUAL(turn->seen, identify_buckets::unknown);
  x.refused(*turn, 1, 1000, t0 + 100s);
  CAF_CHECK(!x.next(t0 + 105s));
  turn = x.next(t0 + 106s);
  CAF_REQUIRE(turn);
  CAF_CHECK_EQUAL(turn->seen, 1u);
}
