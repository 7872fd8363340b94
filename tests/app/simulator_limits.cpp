#define CAF_SUITE app_simulator_limits

#include "app/simulator/limits.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::sim;
using namespace std::chrono_literals;

namespace {

const muster::time_point t0{};

} // namespace

CAF_TEST(sends are counted in a sliding window) {
  send_meter sends{60s};
  for (std::uint32_t i = 1; i <= 120; ++i)
    CAF_CHECK_EQUAL(sends.count(t0 + i * 100ms), i);
  // The first one was at 100 ms.
  CAF_CHECK_EQUAL(sends.count(t0 + 60'099ms), 121u);
  CAF_CHECK_EQUAL(sends.count(t0 + 60'100ms), 121u);
  CAF_CHECK_EQUAL(sends.count(t0 + 60'250ms), 121u);
  CAF_CHECK_EQUAL(sends.count(t0 + 10min), 1u);
}

CAF_TEST(one identify for each bucket in a window) {
  muster::sim::options opts;
  opts.max_concurrency = 2;
  identify_limit limit{opts};
  CAF_CHECK(limit.admit(0, t0));
  CAF_CHECK(limit.admit(1, t0));
  CAF_CHECK(!limit.admit(2, t0 + 4'999ms)); // the bucket of shard 0
  CAF_CHECK(limit.admit(2, t0 + 5s));
  CAF_CHECK(limit.admit(3, t0 + 5s));
  CAF_CHECK(!limit.admit(0, t0 + 9s));
}

CAF_TEST(a refused identify costs nothing) {
  muster::sim::options opts;
  opts.session_start_total = 2;
  identify_limit limit{opts};
  CAF_CHECK(limit.admit(0, t0));
  CAF_CHECK(!limit.admit(0, t0 + 4s));
  CAF_CHECK_EQUAL(limit.remaining(), 1u);
  // It did not start the window anew either.
  CAF_CHECK(limit.admit(0, t0 + 5s));
  CAF_CHECK_EQUAL(limit.remaining(), 0u);
  CAF_CHECK(!limit.admit(0, t0 + 1h));
}

CAF_TEST(no concurrency at all counts as one) {
  muster::sim::options opts;
  opts.max_concurrency = 0;
  identify_limit limit{opts};
  CAF_CHECK(limit.admit(0, t0));
  CAF_CHECK(!limit.admit(1, t0));
}

CAF_TEST(Q7 the whole list of a guild is given once in 30 s) {
  muster::sim::options opts;
  chunk_cooldown cooldown{opts.chunk_cooldown};
  CAF_CHECK(cooldown.admit(snowflake{1}, t0) == 0s);
  CAF_CHECK(cooldown.admit(snowflake{2}, t0 + 1s) == 0s);
  CAF_CHECK(cooldown.admit(snowflake{1}, t0 + 10s) == 20s);
  // Asking too early does not lengthen the wait.
  CAF_CHECK(cooldown.admit(snowflake{1}, t0 + 29'999ms) == 1ms);
  CAF_CHECK(cooldown.admit(snowflake{1}, t0 + 30s) == 0s);
  CAF_CHECK(cooldown.admit(snowflake{1}, t0 + 31s) == 29s);
}
