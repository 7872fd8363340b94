#define CAF_SUITE system_cooldown

#include "tests/support/wire_bot.hpp"

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

/// A bot that asks for nothing by itself.
settings asked_by_user(const sim::simulator& world) {
  auto x = settings_for(world);
  x.auto_chunk = false;
  return x;
}

} // namespace

CAF_TEST(Q7 ten callers at once share one opcode 8 and its answer) {
  auto world = small_world();
  // Time for all ten to come.
  world.faults = {fault("delay:guild=3,chunk=6,ms=1000")};
  sim::simulator gateway{world};
  auto guild = gateway.guild_ids()[3];
  wire_bot bot{asked_by_user(gateway)};
  bot.start();
  // Half of them come before there is a connection, half when the request is
  // on the wire.
  std::vector<wire_question> callers;
  for (int i = 0; i < 5; ++i)
    callers.push_back(bot.ask_later(ask_for::whole_list(guild)));
  CAF_REQUIRE(bot.wait([&] { return bot.streamed_chunks > 0; }));
  for (int i = 0; i < 5; ++i)
    callers.push_back(bot.ask_later(ask_for::whole_list(guild)));
  for (auto& x : callers) {
    x.fetch();
    CAF_REQUIRE(x.answer);
  }
  bot.stop();
  auto counts = gateway.counts();
  CAF_CHECK_EQUAL(counts.requests, 1u);
  CAF_CHECK_EQUAL(counts.requests_by_kind["whole_list"], 1u);
  CAF_CHECK_EQUAL(counts.rate_limited, 0u);
  auto& first = *callers[0].answer;
  CAF_CHECK(first.outcome == outcome::complete);
  CAF_CHECK_EQUAL(first.guild_id, guild);
  CAF_CHECK_EQUAL(first.nonce, callers[0].request.nonce);
  CAF_CHECK_EQUAL(first.members, world.members);
  CAF_CHECK_EQUAL(first.chunk_count, 7u);
  CAF_CHECK_EQUAL(first.attempts, 1u);
  for (auto& x : callers)
    CAF_CHECK(fields(*x.answer) == fields(first));
  CAF_REQUIRE_EQUAL(bot.requests.size(), 1u);
  CAF_CHECK(fields(bot.requests[0]) == fields(first));
}

CAF_TEST(Q7 a user who is refused twice is answered all the same) {
  constexpr auto retry_after = 700ms;
  auto world = small_world();
  world.faults = {fault("rate_limit:guild=2,retry_after=700,times=2")};
  sim::simulator gateway{world};
  auto guild = gateway.guild_ids()[2];
  wire_bot bot{asked_by_user(gateway)};
  bot.start();
  auto answer = bot.ask(ask_for::whole_list(guild));
  CAF_REQUIRE(answer);
  CAF_CHECK(answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(answer->members, world.members);
  CAF_CHECK_EQUAL(answer->attempts, 3u);
  auto counts = gateway.counts();
  CAF_CHECK_EQUAL(counts.faults["rate_limit"], 2u);
  CAF_CHECK_EQUAL(counts.rate_limited, 2u);
  // Three in all, each no sooner after the last than it was told.
  CAF_CHECK_EQUAL(counts.requests, 3u);
  CAF_REQUIRE(counts.shortest_request_gap);
  CAF_CHECK(*counts.shortest_request_gap >= retry_after);
  CAF_CHECK_EQUAL(bot.figures().rate_limited, 2u);
}

CAF_TEST(Q7 a user who is refused for ever is told so after five times) {
  auto world = small_world();
  world.faults = {fault("rate_limit:guild=2,retry_after=100,times=0")};
  sim::simulator gateway{world};
  auto ids = gateway.guild_ids();
  wire_bot bot{asked_by_user(gateway)};
  bot.start();
  auto answer = bot.ask(ask_for::whole_list(ids[2]));
  CAF_REQUIRE(answer);
  CAF_CHECK(answer->outcome == outcome::rate_limited);
  CAF_CHECK_EQUAL(answer->chunk_count, 0u);
  CAF_CHECK_EQUAL(answer->members, 0u);
  CAF_CHECK(!answer->first_received_at && !answer->last_received_at);
  CAF_CHECK_EQUAL(gateway.counts().requests, 5u);
  CAF_CHECK_EQUAL(gateway.counts().rate_limited, 5u);
  // Others are answered meanwhile and afterwards.
  auto other = bot.ask(ask_for::whole_list(ids[0]));
  CAF_REQUIRE(other);
  CAF_CHECK(other->outcome == outcome::complete);
  bot.stop();
  CAF_CHECK_EQUAL(gateway.counts().requests, 6u);
  CAF_CHECK_EQUAL(bot.requests.size(), 2u);
}

CAF_TEST(Q7 asked at the very end of the cooldown nobody is refused) {
  auto world = small_world();
  world.chunk_cooldown = 500ms;
  sim::simulator gateway{world};
  auto guild = gateway.guild_ids()[1];
  auto values = asked_by_user(gateway);
  values.cooldown = world.chunk_cooldown;
  wire_bot bot{values};
  bot.start();
  for (int i = 0; i < 4; ++i) {
    auto answer = bot.ask(ask_for::whole_list(guild));
    CAF_REQUIRE(answer);
    CAF_CHECK(answer->outcome == outcome::complete);
    CAF_CHECK_EQUAL(answer->attempts, 1u);
    CAF_CHECK_EQUAL(answer->members, world.members);
  }
  auto counts = gateway.counts();
  CAF_CHECK_EQUAL(counts.rate_limited, 0u);
  CAF_CHECK_EQUAL(counts.requests, 4u);
  CAF_REQUIRE(counts.shortest_request_gap);
  CAF_CHECK(*counts.shortest_request_gap >= world.chunk_cooldown);
}

CAF_TEST(Q7 Q8 a list of which nothing came is not asked for too soon) {
  // Discord's clock runs since it stamped the request, and no chunk tells when
  // that was.
  auto world = small_world();
  world.chunk_cooldown = 500ms;
  world.faults = {fault("drop:guild=1,times=7")};
  sim::simulator gateway{world};
  auto guild = gateway.guild_ids()[1];
  auto values = asked_by_user(gateway);
  values.cooldown = world.chunk_cooldown;
  values.first_response_timeout = 300ms;
  wire_bot bot{values};
  bot.start();
  auto answer = bot.ask(ask_for::whole_list(guild).with_attempts(2));
  CAF_REQUIRE(answer);
  CAF_CHECK(answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(answer->attempts, 2u);
  auto counts = gateway.counts();
  CAF_CHECK_EQUAL(counts.faults["drop"], 7u);
  CAF_CHECK_EQUAL(counts.rate_limited, 0u);
  CAF_CHECK_EQUAL(counts.requests, 2u);
}
