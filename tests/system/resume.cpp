#define CAF_SUITE system_resume

#include "tests/support/wire_bot.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

sim::fault fault(const std::string& text) {
  std::string why;
  auto x = sim::parse_fault(text, &why);
  if (!x)
    CAF_FAIL(why);
  return *x;
}

/// True if a request was written to the connection that was going: the gateway
/// never got it, so it was asked for again.
bool one_was_lost(const wire_bot& bot, const sim::counters& counts) {
  std::uint64_t written = 0;
  for (auto& x : bot.requests)
    written += x.attempts;
  return written > counts.requests;
}

/// Breaks a connection in the middle of startup, and checks that the session
/// went on where it was. Gives the number of events that were sent again.
std::uint64_t must_resume(const std::string& what, compression method,
                          int others = 4) {
  CAF_MESSAGE(what);
  auto world = small_world();
  world.faults = {fault(what)};
  // All requests are on the wire when it happens: what the gateway never got
  // would be asked for again, once the clock has run out.
  world.chunk_delay = 3ms;
  sim::simulator gateway{world};
  auto values = settings_for(gateway);
  values.compress = method;
  values.timeout = values.first_response_timeout = 20s;
  wire_bot bot{values};
  bot.follow_members();
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  bot.stop();
  auto counts = gateway.counts();
  // Not all were on the wire yet, as it may be on a busy machine.
  if (others > 0 && one_was_lost(bot, counts))
    return must_resume(what, method, others - 1);
  auto guilds = gateway.guild_ids();
  std::uint64_t struck = 0;
  for (auto& [kind, n] : counts.faults)
    struck += n;
  CAF_CHECK_EQUAL(struck, 1u);
  // One session for each shard, and one of them went on.
  CAF_CHECK_EQUAL(counts.identifies.size(), world.shards);
  CAF_CHECK_EQUAL(bot.readies.size(), world.shards);
  CAF_CHECK(counts.resumes >= 1);
  CAF_CHECK_EQUAL(counts.failed_resumes, 0u);
  CAF_CHECK_EQUAL(bot.resumes.size(), 1u);
  CAF_REQUIRE_EQUAL(bot.disconnects.size(), 1u);
  CAF_CHECK(bot.disconnects[0].next == next_step::resume);
  // Nothing was asked twice,
  CAF_CHECK_EQUAL(counts.requests, guilds.size());
  CAF_CHECK_EQUAL(counts.most_requests_for_a_guild, 1u);
  CAF_CHECK_EQUAL(counts.rate_limited, 0u);
  CAF_CHECK_EQUAL(bot.requests.size(), guilds.size());
  for (auto& x : bot.requests) {
    CAF_CHECK(x.outcome == outcome::complete);
    CAF_CHECK_EQUAL(x.attempts, 1u);
    CAF_CHECK_EQUAL(x.members, world.members);
  }
  CAF_CHECK_EQUAL(bot.shards.size(), world.shards);
  CAF_CHECK_EQUAL(bot.finished[0].guilds, guilds.size());
  CAF_CHECK_EQUAL(bot.finished[0].members, guilds.size() * world.members);
  // and nothing was delivered twice or not at all.
  CAF_CHECK_EQUAL(bot.streamed_members, guilds.size() * world.members);
  CAF_CHECK_EQUAL(bot.delivered.size(), guilds.size());
  std::size_t wrong = 0;
  for (std::uint32_t g = 0; g < guilds.size(); ++g) {
    auto& users = bot.delivered[guilds[g]];
    wrong += users.size() != world.members;
    for (std::uint32_t m = 0; m < world.members; ++m)
      wrong += users[sim::simulator::member_id(g, m)] != 1;
  }
  CAF_CHECK_EQUAL(wrong, 0u);
  return counts.replayed;
}

} // namespace

CAF_TEST(S6 E5 a resumed session brings each member once) {
  for (auto method : {compression::none, compression::zlib, compression::zstd})
    for (auto what : {"close:code=4000,after=12", "close:code=4008,after=14",
                      "kill:after=16"})
      must_resume(what, method);
}

CAF_TEST(S6 E5 what comes after op 7 is replayed and counts once) {
  // The gateway goes on until it hears of the end, so something is sent again
  // if not in each of these runs.
  std::uint64_t replayed = 0;
  for (auto method : {compression::none, compression::zlib, compression::zstd})
    for (int i = 0; i < 3; ++i)
      replayed +=
          must_resume("reconnect:after=" + std::to_string(10 + i), method);
  CAF_CHECK(replayed > 0);
}

CAF_TEST(S6 E5 what could not be read is replayed and counts once) {
  for (auto method : {compression::zlib, compression::zstd}) {
    auto replayed = must_resume("corrupt:what=bytes,after=12", method);
    CAF_CHECK(replayed > 0);
  }
}

CAF_TEST(S6 what was lost with its connection is asked again free of charge) {
  for (auto what :
       {"kill:when=request,after=2", "close:code=4008,when=request,after=3"}) {
    auto world = small_world();
    world.faults = {fault(what)};
    sim::simulator gateway{world};
    wire_bot bot{settings_for(gateway)};
    bot.start();
    CAF_REQUIRE(bot.wait_for_finish());
    bot.stop();
    auto counts = gateway.counts();
    auto guilds = gateway.guild_ids().size();
    CAF_CHECK_EQUAL(counts.identifies.size(), world.shards);
    CAF_CHECK_EQUAL(counts.resumes, 1u);
    // The one that the gateway saw and did not answer was asked for again.
    CAF_CHECK_EQUAL(counts.requests, guilds + 1);
    CAF_CHECK_EQUAL(counts.rate_limited, 0u);
    CAF_CHECK_EQUAL(bot.requests.size(), guilds);
    // Some may have been written to the connection that was going.
    std::uint64_t written = 0;
    for (auto& x : bot.requests) {
      CAF_CHECK(x.outcome == outcome::complete);
      written += x.attempts;
    }
    CAF_CHECK(written >= counts.requests);
    CAF_CHECK_EQUAL(bot.finished[0].members, guilds * world.members);
  }
}
