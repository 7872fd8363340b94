#define CAF_SUITE system_random_wire

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr const char* faults[] = {
    "drop:chance=20,times=3",
    "duplicate:chance=50,times=0",
    "reorder:chance=50,times=0",
    "delay:ms=40,chance=30,times=5",
    "silence:after=2",
    "rate_limit:retry_after=200,times=2",
    "corrupt:what=json,after=3",
    "corrupt:what=index,after=4",
    "corrupt:what=count,after=5",
    "corrupt:what=guild,after=6",
    "corrupt:what=nonce,after=7",
    "corrupt:what=bytes,after=8",
    "corrupt:what=truncate,after=9",
    "garbage:after=6",
    "bomb:after=5",
    "close:code=4000,after=4",
    "close:code=4001,after=6",
    "close:code=4002,after=8",
    "close:code=4003,after=3",
    "close:code=4005,after=5",
    "close:code=4007,after=7",
    "close:code=4008,after=9",
    "close:code=4009,after=11",
    "kill:after=5",
    "reconnect:after=7",
    "reconnect:when=hello",
    "invalid_session:when=identify",
    "invalid_session:when=chunk,after=6,resumable=true",
    "invalid_session:when=chunk,after=6",
    "unavailable:guild=2",
    "missing:guild=3",
};

/// Gives what is wrong with a run under this seed's faults, or nothing.
std::string run(std::uint32_t seed) {
  std::mt19937 random{seed};
  auto world = small_world();
  world.serial = random() % 2 == 0;
  std::string chosen;
  for (int i = 0; i < 3; ++i) {
    std::string text = faults[random() % std::size(faults)];
    chosen += text + "  ";
    if (auto x = sim::parse_fault(text + ",seed=" + std::to_string(seed)))
      world.faults.push_back(*x);
    else
      return "no fault: " + text;
  }
  sim::simulator gateway{world};
  auto ids = gateway.guild_ids();
  auto values = settings_for(gateway);
  values.compress = static_cast<compression>(random() % 3);
  values.max_attempts = 3;
  wire_bot bot{values};
  bot.start();
  if (!bot.wait_for_finish())
    return "no finished_chunking with " + chosen;
  std::string wrong;
  bot.wait([&] {
    auto must = [&](bool holds, const char* what) {
      if (!holds)
        wrong += std::string{what} + " with " + chosen + "\n";
    };
    must(bot.finished.size() == 1, "E3 came twice");
    std::set<std::string> nonces;
    for (auto& x : bot.requests) {
      must(nonces.insert(x.nonce).second, "E1 came twice for a nonce");
      if (x.outcome == outcome::complete) {
        must(x.missed_chunks.empty(), "complete with missed chunks");
        must(x.members == world.members || x.chunk_count != 7,
             "complete with another number of members");
      }
      if (x.outcome == outcome::no_response)
        must(x.chunk_count == 0 && !x.first_received_at,
             "no_response with chunks");
    }
    std::map<std::uint32_t, std::size_t> identifies, ends;
    for (auto& x : bot.readies)
      ++identifies[x.shard.index];
    std::size_t reported = 0;
    for (auto& x : bot.shards) {
      ++ends[x.shard.index];
      reported += x.incomplete_guild_ids.size() + x.missed_guild_ids.size()
                  + x.unavailable_guild_ids.size();
    }
    for (auto& [shard, n] : ends)
      must(n <= identifies[shard], "E2 without a READY of its own");
    must(bot.finished[0].guilds + reported >= ids.size(),
         "a guild is neither complete nor reported");
    must(bot.finished[0].members == bot.finished[0].guilds * world.members,
         "members were lost or doubled");
    return true;
  });
  auto counts = gateway.counts();
  if (counts.limits_broken.sends + counts.limits_broken.identify
          + counts.limits_broken.payload_size
      > 0)
    wrong += "a limit was broken with " + chosen;
  return wrong;
}

} // namespace

CAF_TEST(E1 E2 E3 Q3 Q5 hold on the wire under random faults) {
  auto only = std::getenv("MUSTER_WIRE_SEED");
  auto number = std::getenv("MUSTER_WIRE_SCHEDULES");
  auto first = only ? static_cast<std::uint32_t>(std::atoi(only)) : 1u;
  auto last = only     ? first
              : number ? static_cast<std::uint32_t>(std::atoi(number))
                       : 20u;
  for (auto seed = first; seed <= last; ++seed) {
    auto wrong = run(seed);
    if (!wrong.empty())
      CAF_ERROR("MUSTER_WIRE_SEED=" << seed << ": " << wrong);
    CAF_CHECK(wrong.empty());
  }
}
