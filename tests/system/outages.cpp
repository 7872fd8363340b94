#define CAF_SUITE system_outages

#include "tests/support/wire_bot.hpp"

#include <algorithm>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
using ask_for = guild_members_request;

namespace {

sim::fault fault(const char* text) {
  std::string why;
  auto x = sim::parse_fault(text, &why);
  if (!x)
    CAF_FAIL(why);
  return *x;
}

/// The E1s of a guild. To be called by who holds the lock, or after stop().
std::vector<chunk_request_finished> ends_of(const wire_bot& bot,
                                            snowflake guild) {
  std::vector<chunk_request_finished> result;
  for (auto& x : bot.requests)
    if (x.guild_id == guild)
      result.push_back(x);
  return result;
}

/// The guilds of all E2s, list by list.
struct failures {
  std::vector<snowflake> incomplete, missed, unavailable;

  explicit failures(const wire_bot& bot) {
    auto add = [](auto& to, auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    for (auto& x : bot.shards) {
      add(incomplete, x.incomplete_guild_ids);
      add(missed, x.missed_guild_ids);
      add(unavailable, x.unavailable_guild_ids);
    }
  }
};

/// A guild of which the last chunk never comes, so that it is in flight for
/// as long as a test needs.
struct in_flight {
  explicit in_flight(sim::options world = small_world())
      : members(world.members), gateway([&] {
          world.faults = {fault("drop:guild=0,chunk=6,times=0")};
          return world;
        }()),
        ids(gateway.guild_ids()), bot([&] {
          auto x = settings_for(gateway);
          x.timeout = x.first_response_timeout = 60s;
          return x;
        }()) {
    bot.follow_members();
    bot.start();
    // Its sixth chunk was the last that will come.
    CAF_REQUIRE(bot.wait([&] { return bot.delivered[ids[0]].size() == 1200; }));
    CAF_REQUIRE(bot.state_of(ids[0]).status == guild_status::in_flight);
  }

  std::uint32_t members;
  sim::simulator gateway;
  std::vector<snowflake> ids;
  wire_bot bot;
};

} // namespace

CAF_TEST(S4 a guild that returns from an outage is chunked as a joined one) {
  auto world = small_world();
  world.faults = {fault("unavailable:guild=0,ms=600")};
  sim::simulator gateway{world};
  auto ids = gateway.guild_ids();
  wire_bot bot{settings_for(gateway)};
  bot.follow_members();
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  CAF_REQUIRE(bot.wait([&] { return !ends_of(bot, ids[0]).empty(); }));
  bot.stop();
  // It is not counted in what it came too late for, and comes whole.
  failures told{bot};
  CAF_CHECK_EQUAL(told.unavailable, std::vector<snowflake>{ids[0]});
  CAF_CHECK(told.incomplete.empty());
  CAF_CHECK(told.missed.empty());
  CAF_CHECK_EQUAL(bot.finished.size(), 1u);
  CAF_CHECK_EQUAL(bot.finished[0].guilds, ids.size() - 1);
  CAF_CHECK_EQUAL(bot.finished[0].members, (ids.size() - 1) * world.members);
  CAF_CHECK_EQUAL(bot.shards.size(), world.shards);
  auto ends = ends_of(bot, ids[0]);
  CAF_REQUIRE_EQUAL(ends.size(), 1u);
  CAF_CHECK(ends[0].outcome == outcome::complete);
  CAF_CHECK_EQUAL(ends[0].members, world.members);
  CAF_CHECK_EQUAL(bot.delivered[ids[0]].size(), world.members);
  auto counts = gateway.counts();
  CAF_CHECK_EQUAL(counts.faults["unavailable"], 1u);
  CAF_CHECK_EQUAL(counts.requests, ids.size());
  CAF_CHECK_EQUAL(counts.unanswered, 0u);
}

CAF_TEST(S4 Q3 an outage after the startup ends and is followed) {
  auto world = small_world();
  sim::simulator gateway{world};
  auto ids = gateway.guild_ids();
  auto guild = ids[5];
  wire_bot bot{settings_for(gateway)};
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  gateway.set_unavailable(guild, true);
  CAF_REQUIRE(bot.poll(
      [&] { return bot.state_of(guild).status == guild_status::unavailable; }));
  auto refused = bot.ask(ask_for::whole_list(guild));
  CAF_REQUIRE(refused);
  CAF_CHECK(refused->outcome == outcome::guild_left);
  CAF_CHECK_EQUAL(gateway.counts().unanswered, 0u);
  gateway.set_unavailable(guild, false);
  // The first was the startup's, the second the one above.
  CAF_REQUIRE(bot.wait([&] { return ends_of(bot, guild).size() == 3; }));
  bot.stop();
  auto ends = ends_of(bot, guild);
  CAF_REQUIRE_EQUAL(ends.size(), 3u);
  CAF_CHECK(ends[0].outcome == outcome::complete);
  CAF_CHECK(ends[1].outcome == outcome::guild_left);
  CAF_CHECK(ends[2].outcome == outcome::complete);
  CAF_CHECK_EQUAL(ends[2].members, world.members);
  // What the gateway told once is told once.
  CAF_CHECK_EQUAL(bot.shards.size(), world.shards);
  CAF_CHECK_EQUAL(bot.finished.size(), 1u);
  CAF_CHECK_EQUAL(bot.finished[0].guilds, ids.size());
  CAF_CHECK_EQUAL(gateway.counts().rate_limited, 0u);
}

CAF_TEST(S4 Q3 a guild that the bot is removed from in flight is let go) {
  in_flight x;
  auto& bot = x.bot;
  auto guild = x.ids[0];
  // This caller has joined the startup's request.
  auto caller = bot.ask_later(ask_for::whole_list(guild));
  bot.state_of(guild); // comes after it to the shard
  x.gateway.remove_guild(guild);
  CAF_REQUIRE(bot.wait_for_finish());
  caller.fetch();
  bot.stop();
  auto ends = ends_of(bot, guild);
  CAF_REQUIRE_EQUAL(ends.size(), 1u);
  CAF_CHECK(ends[0].outcome == outcome::guild_left);
  CAF_CHECK_EQUAL(ends[0].chunk_count, 7u);
  CAF_CHECK_EQUAL(ends[0].missed_chunks, std::vector<std::uint32_t>{6});
  CAF_CHECK_EQUAL(ends[0].members, 1200u);
  CAF_REQUIRE(caller.answer);
  CAF_CHECK(fields(*caller.answer) == fields(ends[0]));
  failures told{bot};
  CAF_CHECK(told.incomplete.empty());
  CAF_CHECK(told.missed.empty());
  CAF_CHECK(told.unavailable.empty());
  CAF_CHECK_EQUAL(bot.finished[0].guilds, x.ids.size() - 1);
  CAF_CHECK_EQUAL(x.gateway.counts().requests, x.ids.size());
}

CAF_TEST(S4 Q3 an outage of a guild in flight ends its request) {
  in_flight x;
  auto& bot = x.bot;
  auto guild = x.ids[0];
  x.gateway.set_unavailable(guild, true);
  CAF_REQUIRE(bot.wait_for_finish());
  CAF_CHECK(bot.state_of(guild).status == guild_status::unavailable);
  x.gateway.set_unavailable(guild, false);
  // It is asked for anew, and in flight again.
  CAF_REQUIRE(bot.poll([&] { return x.gateway.counts().requests == 9; }));
  bot.stop();
  failures told{bot};
  CAF_CHECK_EQUAL(told.unavailable, std::vector<snowflake>{guild});
  CAF_CHECK(told.incomplete.empty());
  CAF_CHECK(told.missed.empty());
  CAF_CHECK_EQUAL(bot.finished[0].guilds, x.ids.size() - 1);
  auto ends = ends_of(bot, guild);
  CAF_REQUIRE_EQUAL(ends.size(), 2u);
  CAF_CHECK(ends[0].outcome == outcome::guild_left);
  CAF_CHECK_EQUAL(ends[0].members, 1200u);
  CAF_CHECK(ends[1].outcome == outcome::cancelled); // by stop()
  CAF_CHECK_EQUAL(bot.requests.size(), x.ids.size() + 1);
  CAF_CHECK_EQUAL(x.gateway.counts().rate_limited, 0u);
}
