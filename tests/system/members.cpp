#define CAF_SUITE system_members

#include <set>

#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST(members says what is fatal though logs are off) {
  auto world = small_world();
  world.token = "right";
  sim::simulator gateway{world};
  auto x = muster_with(
      {"members", "77", "--rest-url", gateway.rest_url(), "--log-level", "off"},
      "wrong");
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(x.err.find("token was refused") != std::string::npos);
}

CAF_TEST(members tells a shard that has ended from a lost session) {
  auto world = small_world();
  world.faults = {*sim::parse_fault("close:code=4014,after=3")};
  sim::simulator gateway{world};
  auto guild = to_string(gateway.guild_ids()[0]);
  auto x = muster_with({"members", guild, "--rest-url", gateway.rest_url(),
                        "--log-level", "off"});
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(x.err.find("code 4014") != std::string::npos);
}

CAF_TEST(S5 members prints each member once though the session is lost) {
  auto world = small_world();
  world.faults = {*sim::parse_fault("close:code=4009,after=3")};
  sim::simulator gateway{world};
  auto guild = to_string(gateway.guild_ids()[0]);
  auto x = muster_with({"members", guild, "--rest-url", gateway.rest_url(),
                        "--identify-interval", "60ms", "--cooldown", "320ms",
                        "--backoff-min", "20ms"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  auto members = lines_of(x.out);
  std::set<std::string> ids;
  for (auto& m : members)
    ids.insert(m["user"]["id"].get<std::string>());
  CAF_CHECK_EQUAL(members.size(), world.members);
  CAF_CHECK_EQUAL(ids.size(), world.members);
  // What was asked for twice came in part twice.
  auto seen = gateway.counts();
  CAF_CHECK_EQUAL(seen.requests, 2u);
  CAF_CHECK_GREATER(seen.members, world.members);
}

CAF_TEST(Q1 members prints what Discord sent) {
  auto world = small_world();
  sim::simulator gateway{world};
  auto ids = gateway.guild_ids();
  auto ask = [&](snowflake guild, std::vector<std::string> more) {
    std::vector<std::string> args{"members", to_string(guild), "--rest-url",
                                  gateway.rest_url()};
    args.insert(args.end(), more.begin(), more.end());
    return muster_with(args);
  };
  auto all = ask(ids[0], {});
  CAF_CHECK_EQUAL(all.exit_code, 0);
  auto members = lines_of(all.out);
  CAF_CHECK_EQUAL(members.size(), world.members);
  CAF_CHECK(members.at(0).contains("user"));
  auto some = ask(ids[1], {"--query", "nelly", "--limit", "7"});
  CAF_CHECK_EQUAL(lines_of(some.out).size(), 7u);
  auto user = to_string(sim::simulator::member_id(2, 3));
  auto one = ask(ids[2], {"--user", user, "--user", "99"});
  CAF_REQUIRE_EQUAL(lines_of(one.out).size(), 1u);
  CAF_CHECK(lines_of(one.out)[0]["user"]["id"] == user);
  CAF_CHECK(one.err.find("99") != std::string::npos);
  gateway.add_fault(*sim::parse_fault("silence"));
  auto silent = ask(ids[3], {"--first-response-timeout", "200ms"});
  CAF_CHECK_EQUAL(silent.exit_code, 3);
  CAF_CHECK(silent.err.find("no_response") != std::string::npos);
  auto unknown = ask(snowflake{1}, {});
  CAF_CHECK_EQUAL(unknown.exit_code, 3);
  CAF_CHECK(unknown.err.find("guild_left") != std::string::npos);
}
