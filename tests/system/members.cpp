#define CAF_SUITE system_members

#include <set>

#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// How often `word` is in a text.
std::size_t count(const std::string& text, const std::string& word) {
  std::size_t n = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1))
    ++n;
  return n;
}

} // namespace

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

CAF_TEST(members prints presences beside their members) {
  sim::simulator gateway{small_world()};
  auto guild = to_string(gateway.guild_ids()[0]);
  std::vector<std::string> words{
      "members",          guild,       "--rest-url",
      gateway.rest_url(), "--intents", "guilds,guild_members,guild_presences"};
  auto plain = muster_with(words);
  words.push_back("--presences");
  auto x = muster_with(words);
  CAF_CHECK_EQUAL(x.exit_code, 0);
  auto lines = lines_of(x.out);
  auto members = lines_of(plain.out);
  CAF_REQUIRE_EQUAL(lines.size(), 1234u);
  CAF_REQUIRE_EQUAL(members.size(), lines.size());
  std::set<std::string> alone, wrapped;
  std::size_t presences = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    alone.insert(members[i].dump());
    wrapped.insert(lines[i]["member"].dump());
    auto& presence = lines[i]["presence"];
    if (presence.is_null())
      continue;
    ++presences;
    CAF_CHECK(presence["user"]["id"] == lines[i]["member"]["user"]["id"]);
  }
  CAF_CHECK(alone == wrapped);
  CAF_CHECK(presences > 0);
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
  CAF_CHECK_EQUAL(unknown.exit_code, 1);
  CAF_CHECK_EQUAL(count(unknown.err, "the bot is not in guild 1;"), 1u);
}

CAF_TEST(members without a limit asks for as many as Discord allows) {
  auto world = small_world();
  world.members = 5'000;
  sim::simulator gateway{world};
  auto x = muster_with({"members", to_string(gateway.guild_ids()[0]),
                        "--rest-url", gateway.rest_url(), "--query", "n"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK_EQUAL(lines_of(x.out).size(), 100u);
}

CAF_TEST(members names the chunks that were missed) {
  auto world = small_world();
  world.faults = {*sim::parse_fault("drop:chunk=1,times=0"),
                  *sim::parse_fault("drop:chunk=2,times=0"),
                  *sim::parse_fault("drop:chunk=3,times=0")};
  sim::simulator gateway{world};
  auto x =
      muster_with({"members", to_string(gateway.guild_ids()[0]), "--rest-url",
                   gateway.rest_url(), "--timeout", "300ms"});
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK_EQUAL(count(x.err, "incomplete, 3 of "), 1u);
  CAF_CHECK_EQUAL(count(x.err, " chunks missed: 1-3\n"), 1u);
}

CAF_TEST(members tells a guild in an outage from one it is not in) {
  auto world = small_world();
  world.faults = {*sim::parse_fault("unavailable:guild=1")};
  sim::simulator gateway{world};
  auto x = muster_with({"members", to_string(gateway.guild_ids()[1]),
                        "--rest-url", gateway.rest_url()});
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK_EQUAL(count(x.err, "is unavailable"), 1u);
}

CAF_TEST(members gives up at its deadline and says the last reason) {
  // Nothing listens at port 1.
  auto x = muster_with({"members", "77", "--rest-url", "http://127.0.0.1:1/api",
                        "--deadline", "700ms", "--log-level", "off"});
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK_EQUAL(count(x.err, "muster: no answer for 700 ms: "), 1u);
  CAF_CHECK_EQUAL(count(x.err, "\n"), 1u);
  CAF_CHECK_EQUAL(count(x.err, "asking again"), 0u);
  auto world = small_world();
  world.faults = {*sim::parse_fault("close:code=4000,after=0,times=0")};
  sim::simulator gateway{world};
  auto y = muster_with({"members", to_string(gateway.guild_ids()[0]),
                        "--rest-url", gateway.rest_url(), "--deadline", "2s",
                        "--identify-interval", "60ms", "--log-level", "off"});
  CAF_CHECK_EQUAL(y.exit_code, 1);
  CAF_CHECK_EQUAL(count(y.err, "muster: no answer for 2.0 s: "), 1u);
  CAF_CHECK(y.err.find("4000") != std::string::npos);
}

CAF_TEST(the deadline of members is put off by what comes) {
  auto world = small_world();
  world.members = 5'000;
  world.chunk_delay = std::chrono::milliseconds{200}; // 5 s in all
  sim::simulator gateway{world};
  auto x = muster_with({"members", to_string(gateway.guild_ids()[0]),
                        "--rest-url", gateway.rest_url(), "--deadline", "3s"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK_EQUAL(lines_of(x.out).size(), 5'000u);
}
