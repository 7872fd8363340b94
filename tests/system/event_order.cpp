#define CAF_SUITE system_event_order

#include "tests/support/wire_bot.hpp"

#include <set>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// What one listener heard of a startup, on its own thread; to be looked at
/// when the tracker has stopped.
struct listener {
  std::vector<wire_event> heard;

  void attach(tracker& bot) {
    auto keep = [this](const auto& x) { heard.emplace_back(x); };
    bot.on([=](const chunk_request_finished& x) { keep(x); },
           [=](const shard_finished_chunking& x) { keep(x); },
           [=](const finished_chunking& x) { keep(x); });
  }
};

/// Checks E4 for a startup in which every guild was complete.
void judge(const std::vector<wire_event>& heard,
           const std::vector<snowflake>& guilds, std::uint32_t shards) {
  std::set<snowflake> told;
  std::set<std::uint32_t> done;
  std::size_t ends = 0;
  for (auto& event : heard) {
    if (auto request = std::get_if<chunk_request_finished>(&event)) {
      CAF_CHECK(request->outcome == outcome::complete);
      CAF_CHECK_EQUAL(done.count(request->shard.index), 0u);
      CAF_CHECK_EQUAL(ends, 0u);
      CAF_CHECK(told.insert(request->guild_id).second);
    } else if (auto shard = std::get_if<shard_finished_chunking>(&event)) {
      CAF_CHECK(shard->incomplete_guild_ids.empty());
      CAF_CHECK(shard->missed_guild_ids.empty());
      CAF_CHECK(shard->unavailable_guild_ids.empty());
      CAF_CHECK_EQUAL(ends, 0u);
      CAF_CHECK(done.insert(shard->shard.index).second);
      std::size_t missing = 0;
      for (auto id : guilds)
        missing += owns(shard->shard, id) && told.count(id) == 0;
      CAF_CHECK_EQUAL(missing, 0u);
    } else {
      CAF_CHECK_EQUAL(done.size(), shards);
      ++ends;
    }
  }
  CAF_CHECK_EQUAL(told.size(), guilds.size());
  CAF_CHECK_EQUAL(done.size(), shards);
  CAF_CHECK_EQUAL(ends, 1u);
}

} // namespace

CAF_TEST(E4 each listener hears of guilds then of shards then of the end) {
  auto world = small_world();
  world.shards = 8;
  world.guilds = 12;
  world.members = 10;
  for (int round = 0; round < 6; ++round) {
    sim::simulator gateway{world};
    auto guilds = gateway.guild_ids();
    listener first, second, third;
    wire_bot bot{settings_for(gateway)};
    for (auto x : {&first, &second, &third})
      x->attach(*bot.bot);
    bot.start();
    CAF_REQUIRE(bot.wait_for_finish());
    bot.stop();
    for (auto x : {&first, &second, &third})
      judge(x->heard, guilds, world.shards);
  }
}

CAF_TEST(E4 a listener that comes late hears the same order) {
  auto world = small_world();
  world.shards = 4;
  sim::simulator gateway{world};
  listener late;
  wire_bot bot{settings_for(gateway)};
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  late.attach(*bot.bot);
  bot.stop();
  CAF_REQUIRE_EQUAL(late.heard.size(), 5u);
  std::set<std::uint32_t> shards;
  for (std::size_t i = 0; i < 4; ++i) {
    auto x = std::get_if<shard_finished_chunking>(&late.heard[i]);
    CAF_REQUIRE(x != nullptr);
    shards.insert(x->shard.index);
  }
  CAF_CHECK_EQUAL(shards.size(), 4u);
  CAF_CHECK(std::holds_alternative<finished_chunking>(late.heard[4]));
}
