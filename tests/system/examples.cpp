#define CAF_SUITE system_examples

#include <csignal>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Runs one of app/examples to its end.
outcome_of_process run_example(const std::string& name,
                               const sim::simulator& gateway,
                               std::vector<std::string> words = {},
                               const std::string& token = "some.token") {
  words.insert(words.begin(), {MUSTER_EXAMPLES + name,
                               "--muster.rest-url=" + gateway.rest_url()});
  auto x = run_process(words, token);
  CAF_MESSAGE(x.err);
  CAF_CHECK_EQUAL(x.exit_code, 0);
  return x;
}

bool says(const outcome_of_process& x, const std::string& what) {
  return x.out.find(what) != std::string::npos;
}

} // namespace

CAF_TEST(the bot does what the README says) {
  sim::simulator gateway{small_world()};
  auto x = run_example("bot", gateway);
  CAF_CHECK(says(x, "9872 members are here"));
  CAF_CHECK(says(x, ' ' + sim::simulator::username(7) + '\n'));
}

CAF_TEST(the bot ends when the gateway will not have it) {
  auto world = small_world();
  world.token = "right";
  sim::simulator gateway{world};
  auto x = run_example("bot", gateway, {}, "wrong");
  CAF_CHECK(x.err.find("token was refused") != std::string::npos);
}

CAF_TEST(an actor of the bot hears and asks) {
  sim::simulator gateway{small_world()};
  auto guild = to_string(gateway.guild_ids()[0]);
  auto name = sim::simulator::username(7);
  auto x = run_example("actor", gateway, {guild, name});
  CAF_CHECK(says(x, name + '\n'));
  CAF_CHECK(says(x, "complete\n"));
}

CAF_TEST(a cache holds every member) {
  sim::simulator gateway{small_world()};
  auto x = run_example("cache", gateway);
  auto ids = gateway.guild_ids();
  CAF_REQUIRE(!ids.empty());
  for (auto id : ids)
    CAF_CHECK(says(x, to_string(id) + ": "));
  CAF_CHECK(says(x, ": 1234 members\n"));
}

CAF_TEST(A1 muster asks by a connection that the bot has lent) {
  auto world = small_world();
  world.shards = 1;
  sim::simulator gateway{world};
  auto x = run_example("lent", gateway, {std::to_string(gateway.port())});
  CAF_CHECK(says(x, " members are here\n"));
  // Nobody else has connected.
  CAF_CHECK_EQUAL(gateway.counts().identifies.size(), 1u);
}

CAF_TEST(Q11 E7 a bot hears events and shows a presence) {
  sim::simulator gateway{small_world()};
  process x{{MUSTER_EXAMPLES "presence",
             "--muster.rest-url=" + gateway.rest_url(), "chess"},
            "some.token",
            true};
  auto heard = false;
  auto playing = false;
  for (auto line = x.line(); !line.empty() && !(heard && playing);
       line = x.line()) {
    heard = heard || line.find("GUILD_CREATE, ") == 0;
    playing = playing || line == "playing chess";
  }
  CAF_CHECK(heard);
  CAF_CHECK(playing);
}

CAF_TEST(A1 a bot gives leave to identify by itself) {
  sim::simulator gateway{small_world()};
  auto x = run_example("queue", gateway, {"20"});
  for (auto shard : {"shard 0 ", "shard 1 "})
    for (auto what : {"asks\n", "is ready\n"})
      CAF_CHECK(says(x, std::string{shard} + what));
}
