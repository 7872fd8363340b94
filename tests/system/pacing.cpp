#define CAF_SUITE system_pacing

#include "tests/support/wire_bot.hpp"

#include <algorithm>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// One shard with more guilds than a window has sends.
sim::options crowded_shard() {
  auto x = small_world();
  x.shards = 1;
  x.guilds = 400;
  x.members = 10;
  return x;
}

} // namespace

CAF_TEST(Q9 a shard of 400 guilds uses the window and never overruns it) {
  auto world = crowded_shard();
  world.send_window = 3s;
  // Its heartbeats are in the window, too.
  world.heartbeat_interval = 1s * slowness;
  sim::simulator gateway{world};
  auto values = settings_for(gateway);
  values.send_window = 3s;
  // Two threads stand between the two clocks.
  values.network_margin = 500ms * slowness;
  wire_bot bot{values};
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  auto counts = gateway.counts();
  bot.stop();
  CAF_CHECK_EQUAL(bot.finished[0].guilds, 400u);
  CAF_CHECK_EQUAL(bot.finished[0].members, 4000u);
  CAF_CHECK(bot.disconnects.empty());
  CAF_CHECK_EQUAL(counts.requests, 400u);
  CAF_CHECK_EQUAL(counts.identifies.size(), 1u);
  CAF_CHECK_EQUAL(counts.rate_limited, 0u);
  CAF_CHECK(counts.heartbeats > 0);
  CAF_CHECK(counts.closes_by_gateway.empty());
  CAF_CHECK_EQUAL(counts.limits_broken.sends, 0u);
  CAF_CHECK_EQUAL(counts.limits_broken.identify, 0u);
  CAF_CHECK_EQUAL(counts.limits_broken.payload_size, 0u);
  // It has been full but for the room of heartbeats.
  CAF_CHECK(counts.most_sends_in_window >= 100);
  CAF_CHECK(counts.most_sends_in_window <= 120);
}

CAF_TEST(the gateway disconnects who sends more than it allows) {
  sim::simulator gateway{crowded_shard()};
  auto values = settings_for(gateway);
  values.send_limit = 200;
  wire_bot bot{values};
  bot.start();
  CAF_REQUIRE(bot.wait([&] { return !bot.disconnects.empty(); }));
  bot.stop();
  CAF_REQUIRE(bot.disconnects[0].code);
  CAF_CHECK_EQUAL(*bot.disconnects[0].code, 4008);
  CAF_CHECK(bot.disconnects[0].next == next_step::resume);
  auto counts = gateway.counts();
  CAF_CHECK(counts.limits_broken.sends > 0);
  CAF_CHECK(counts.closes_by_gateway.count(4008) > 0);
  CAF_CHECK_EQUAL(counts.most_sends_in_window, 121u);
}
