#define CAF_SUITE system_wire

#include "tests/support/wire_bot.hpp"

#include <thread>

#include "messages/errc.hpp"
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

/// A startup with these faults ends with every guild complete, the counts
/// exact, and no rule of the gateway broken.
void must_complete(sim::options world,
                   const std::function<void(settings&)>& change = {}) {
  sim::simulator gateway{world};
  auto values = settings_for(gateway);
  if (change)
    change(values);
  wire_bot bot{values};
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  auto guilds = gateway.guild_ids().size();
  CAF_CHECK_EQUAL(bot.finished[0].guilds, guilds);
  CAF_CHECK_EQUAL(bot.finished[0].members, guilds * world.members);
  CAF_CHECK_EQUAL(bot.finished.size(), 1u);
  for (auto& x : bot.shards)
    CAF_CHECK(x.incomplete_guild_ids.empty() && x.missed_guild_ids.empty()
              && x.unavailable_guild_ids.empty());
  auto counts = gateway.counts();
  CAF_CHECK_EQUAL(counts.limits_broken.sends, 0u);
  CAF_CHECK_EQUAL(counts.limits_broken.identify, 0u);
  CAF_CHECK_EQUAL(counts.limits_broken.payload_size, 0u);
  // A fault that did not strike proves nothing.
  for (auto& x : world.faults)
    CAF_CHECK(counts.faults[std::string{to_string(x.kind)}] > 0);
}

} // namespace

CAF_TEST(every compression with and without TLS counts to the last member) {
  for (auto method : {compression::none, compression::zlib, compression::zstd})
    for (auto tls : {false, true})
      for (auto shards : {1u, 4u}) {
        auto world = small_world();
        world.tls = tls;
        must_complete(world, [&](settings& x) {
          x.compress = method;
          x.shard_count = shards;
        });
      }
}

CAF_TEST(a gateway that ignores compression is understood) {
  auto world = small_world();
  world.ignore_compress = true;
  must_complete(world);
}

CAF_TEST(Q8 lost chunks are asked for again) {
  auto world = small_world();
  world.faults = {fault("drop:guild=1,chunk=2"), fault("drop:guild=3,chunk=0"),
                  fault("silence:guild=5")};
  must_complete(world);
}

CAF_TEST(Q5 duplicates and any order change nothing) {
  auto world = small_world();
  world.faults = {fault("duplicate:every=3,times=0"),
                  fault("reorder:every=2,times=0")};
  must_complete(world);
}

CAF_TEST(Q7 the gateway says RATE_LIMITED twice and is obeyed) {
  auto world = small_world();
  world.faults = {fault("rate_limit:guild=2,retry_after=400,times=2")};
  must_complete(world);
}

CAF_TEST(S5 a session that is lost begins anew) {
  auto world = small_world();
  world.faults = {fault("close:code=4009,after=9"),
                  fault("invalid_session:when=chunk,after=15")};
  must_complete(world);
}

CAF_TEST(op 7 instead of HELLO and op 9 at login are survived) {
  auto world = small_world();
  world.faults = {fault("reconnect:when=hello"),
                  fault("invalid_session:when=identify")};
  must_complete(world);
}

CAF_TEST(corrupt streams and bombs cost a connection and no more) {
  for (auto method : {compression::zlib, compression::zstd})
    for (auto text :
         {"corrupt:what=bytes,after=4", "bomb:after=4", "garbage:after=4",
          "corrupt:what=json,after=4", "corrupt:what=truncate,after=4"}) {
      auto world = small_world();
      world.faults = {fault(text)};
      must_complete(world, [&](settings& x) { x.compress = method; });
    }
}

CAF_TEST(chunks with impossible fields are asked for again) {
  for (auto what : {"index", "count", "count-change", "guild", "nonce"}) {
    auto world = small_world();
    world.faults = {
        fault((std::string{"corrupt:guild=2,chunk=3,what="} + what).c_str())};
    must_complete(world);
  }
}

CAF_TEST(heartbeats keep an idle connection) {
  auto world = small_world();
  world.heartbeat_interval = 200ms * slowness;
  sim::simulator gateway{world};
  wire_bot bot{settings_for(gateway, world.heartbeat_interval)};
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  auto before = gateway.counts().heartbeats;
  // Six of each shard: the gateway hangs up after two and a half intervals.
  CAF_REQUIRE(
      bot.poll([&] { return gateway.counts().heartbeats >= before + 12; }));
  CAF_CHECK(bot.figures().heartbeat.samples > 0);
  bot.stop();
  CAF_CHECK(bot.disconnects.empty());
  CAF_CHECK(gateway.counts().closes_by_gateway.empty());
  CAF_CHECK_EQUAL(gateway.counts().identifies.size(), world.shards);
}

CAF_TEST(a zombie connection is left and resumed) {
  auto world = small_world();
  world.heartbeat_interval = 200ms;
  world.serial = true;
  world.faults = {fault("no_ack:shard=0")};
  sim::simulator gateway{world};
  wire_bot bot{settings_for(gateway, world.heartbeat_interval)};
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  CAF_REQUIRE(bot.wait([&] { return !bot.resumes.empty(); }));
  bot.stop();
  CAF_CHECK_EQUAL(bot.resumes[0].shard.index, 0u);
  CAF_CHECK(bot.disconnects[0].next == next_step::resume);
  auto counts = gateway.counts();
  CAF_CHECK_EQUAL(counts.faults["no_ack"], 1u);
  CAF_CHECK_EQUAL(counts.identifies.size(), world.shards);
}

CAF_TEST(S4 outages and guilds that never come are reported) {
  auto world = small_world();
  world.faults = {fault("unavailable:guild=0"), fault("missing:guild=1")};
  sim::simulator gateway{world};
  auto ids = gateway.guild_ids();
  wire_bot bot{settings_for(gateway)};
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  std::vector<snowflake> missed, unavailable;
  for (auto& x : bot.shards) {
    missed.insert(missed.end(), x.missed_guild_ids.begin(),
                  x.missed_guild_ids.end());
    unavailable.insert(unavailable.end(), x.unavailable_guild_ids.begin(),
                       x.unavailable_guild_ids.end());
  }
  CAF_CHECK_EQUAL(unavailable, std::vector<snowflake>{ids[0]});
  CAF_CHECK_EQUAL(missed, std::vector<snowflake>{ids[1]});
  CAF_CHECK_EQUAL(bot.finished[0].guilds, ids.size() - 2);
}

CAF_TEST(Q1 requests of every kind are answered on the wire) {
  auto world = small_world();
  sim::simulator gateway{world};
  auto ids = gateway.guild_ids();
  auto values = settings_for(gateway);
  values.auto_chunk = false;
  wire_bot bot{values};
  bot.start();
  auto list = bot.ask(ask_for::whole_list(ids[0]));
  CAF_REQUIRE(list);
  CAF_CHECK_EQUAL(list->members, world.members);
  auto some = bot.ask(ask_for::search(ids[1], "nelly", 10));
  CAF_REQUIRE(some);
  CAF_CHECK_EQUAL(some->members, 10u);
  auto users = bot.ask(ask_for::users(
      ids[2], {sim::simulator::member_id(2, 5), snowflake{12345}}));
  CAF_REQUIRE(users);
  CAF_CHECK_EQUAL(users->members, 1u);
  CAF_CHECK_EQUAL(users->not_found_ids,
                  std::vector<snowflake>{snowflake{12345}});
  caf::error why;
  CAF_CHECK(!bot.ask(ask_for::whole_list(snowflake{1}), &why));
  CAF_CHECK(code_of(why) == errc::unknown_guild);
  CAF_CHECK_EQUAL(gateway.counts().requests, 3u);
}

CAF_TEST(E5 every member reaches its listener) {
  sim::simulator gateway{small_world()};
  wire_bot bot{settings_for(gateway)};
  bot.start();
  CAF_REQUIRE(bot.wait_for_finish());
  CAF_CHECK(bot.wait([&] { return bot.streamed_members == 8u * 1234u; }));
}

CAF_TEST(a gateway that is down at the start is waited for) {
  sim::simulator gateway{small_world()};
  gateway.set_down(true);
  wire_bot bot{settings_for(gateway)};
  bot.start();
  // Not before it has been turned away.
  auto until = std::chrono::steady_clock::now() + 60s;
  while (gateway.counts().connections == 0
         && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  CAF_CHECK(bot.finished.empty());
  gateway.set_down(false);
  CAF_REQUIRE(bot.wait_for_finish());
}

CAF_TEST(an unverifiable certificate is fatal) {
  auto world = small_world();
  world.tls = true;
  sim::simulator gateway{world};
  auto values = settings_for(gateway);
  values.ca_file.clear();
  wire_bot bot{values};
  bot.start();
  CAF_REQUIRE(bot.wait([&] { return !bot.disconnects.empty(); }));
  CAF_CHECK(bot.disconnects[0].next == next_step::none);
  CAF_CHECK(bot.disconnects[0].reason.find("certificate") != std::string::npos);
}

CAF_TEST(refused tokens and intents are fatal) {
  auto world = small_world();
  world.token = "right";
  {
    sim::simulator gateway{world};
    wire_bot bot{settings_for(gateway), "wrong"};
    bot.start();
    CAF_REQUIRE(bot.wait([&] { return !bot.disconnects.empty(); }));
    CAF_CHECK(bot.disconnects[0].next == next_step::none);
    CAF_CHECK(bot.disconnects[0].reason.find("wrong") == std::string::npos);
  }
  world.token.clear();
  world.allowed_intents = 1;
  sim::simulator gateway{world};
  wire_bot bot{settings_for(gateway)};
  bot.start();
  CAF_REQUIRE(bot.wait([&] { return !bot.disconnects.empty(); }));
  CAF_CHECK_EQUAL(*bot.disconnects[0].code, 4014);
}

CAF_TEST(stopping leaves sessions resumable) {
  sim::simulator gateway{small_world()};
  {
    wire_bot bot{settings_for(gateway)};
    bot.start();
    CAF_REQUIRE(bot.wait_for_finish());
  }
  auto counts = gateway.counts();
  for (auto& [code, n] : counts.closes_by_client)
    CAF_CHECK(code != 1000 && code != 1001);
}
