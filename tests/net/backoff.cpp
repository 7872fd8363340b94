#define CAF_SUITE net_backoff

#include "net/backoff.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

CAF_TEST(waits double up to the maximum) {
  backoff x{1s, 60s};
  for (auto full : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s})
    CAF_CHECK(x.next(0) == full / 2.0);
}

CAF_TEST(half of a wait is random) {
  for (double random : {0.0, 0.25, 0.5, 0.999}) {
    backoff x{8s, 60s};
    auto wait = x.next(random);
    CAF_CHECK(wait >= 4s);
    CAF_CHECK(wait < 8s);
    CAF_CHECK(wait == 4s + timespan{static_cast<std::int64_t>(4e9 * random)});
  }
}

CAF_TEST(a success starts anew) {
  backoff x{1s, 60s};
  x.next(0);
  x.next(0);
  CAF_CHECK_EQUAL(x.failures(), 2u);
  x.reset();
  CAF_CHECK_EQUAL(x.failures(), 0u);
  CAF_CHECK(x.next(0) == 500ms);
}

CAF_TEST(any number of failures stays within the maximum) {
  backoff x{1ms, 24h};
  timespan last{0};
  for (int i = 0; i < 1000; ++i) {
    auto wait = x.next(0);
    CAF_REQUIRE(wait >= last && wait <= 12h);
    last = wait;
  }
  CAF_CHECK(last == 12h);
}

CAF_TEST(equal bounds give one wait) {
  backoff x{2s, 2s};
  CAF_CHECK(x.next(0) == 1s);
  CAF_CHECK(x.next(0) == 1s);
}
