#define CAF_SUITE app_simulator_feed

#include "app/simulator/feed.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::sim;
using namespace std::chrono_literals;

namespace {

const muster::time_point t0{};

muster::sim::options two_guilds() {
  muster::sim::options x;
  x.guild_sizes = {1, 1};
  return x;
}

struct fixture {
  std::optional<feed::product> next(muster::time_point now) {
    return from.next(now, 0, guilds, plan);
  }

  muster::sim::options opts = two_guilds();
  world guilds{opts};
  fault_plan plan{{}};
  feed from{opts};
};

bool is_guild(const std::optional<feed::product>& x) {
  return x && std::holds_alternative<feed::guild_due>(x->what);
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(feed_tests, fixture)

CAF_TEST(guilds wait for their time and then come at once) {
  from.add_guilds({0, 1}, t0 + 50ms);
  CAF_CHECK(!next(t0));
  CAF_CHECK(from.wake(t0) == t0 + 50ms);
  CAF_CHECK(!next(t0 + 49ms));
  CAF_CHECK(is_guild(next(t0 + 50ms)));
  CAF_CHECK(is_guild(next(t0 + 50ms)));
  CAF_CHECK(!next(t0 + 50ms));
  CAF_CHECK(!from.wake(t0 + 50ms));
}

CAF_TEST(chunks do not wait for guilds) {
  from.add_guilds({0, 1}, t0 + 50ms);
  auto of = std::make_shared<answer>();
  of->whole_list = true;
  of->chunk_count = 3;
  from.add(of);
  for (int i = 0; i < 2; ++i) {
    auto x = next(t0);
    CAF_REQUIRE(x.has_value());
    CAF_CHECK(std::holds_alternative<chunk>(x->what));
  }
  CAF_CHECK(is_guild(next(t0 + 50ms)));
  auto last = next(t0 + 50ms);
  CAF_CHECK(last.has_value() && !is_guild(last));
  CAF_CHECK(is_guild(next(t0 + 50ms)));
  CAF_CHECK(!next(t0 + 50ms));
}

CAF_TEST_FIXTURE_SCOPE_END()
