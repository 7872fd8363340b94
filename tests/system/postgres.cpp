#define CAF_SUITE system_postgres

#include <csignal>
#include <cstdlib>
#include <optional>

#include "tests/support/postgres_server.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Processes of `muster run`, one after the other, on one database.
struct fixture {
  std::vector<std::string> args(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--state", url});
    auto result = run_at(gateway, more);
    result.insert(result.begin(), program);
    return result;
  }

  outcome_of_process status(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"status", "--state", url, "--json"});
    return muster_with(std::move(more));
  }

  void check_counts(std::uint64_t identifies, std::uint64_t resumes) {
    auto counts = gateway.counts();
    CAF_CHECK_EQUAL(counts.identifies.size(), identifies);
    CAF_CHECK_EQUAL(counts.resumes, resumes);
    CAF_CHECK_EQUAL(counts.failed_resumes, 0u);
  }

  static bool has(const std::string& text, const char* word) {
    return text.find(word) != text.npos;
  }

  sim::simulator gateway{small_world()};
  postgres_server server;
  std::string url = server.url();
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(postgres_tests, fixture)

CAF_TEST(C2 C5 a bot that is killed goes on after a node timeout) {
  process first{args({"--node-timeout", "2s"})};
  await_event(first, "finished_chunking", 1);
  auto running = nlohmann::json::parse(status().out);
  CAF_CHECK_EQUAL(running["finished"], true);
  CAF_REQUIRE_EQUAL(running["nodes"].size(), 1u);
  auto node = running["nodes"][0]["node"];
  CAF_CHECK_EQUAL(running["nodes"][0]["shards"], (nlohmann::json{0, 1}));
  CAF_CHECK_EQUAL(running["shards"][1]["state"], "connected");
  first.end(SIGKILL);
  // Nobody knows yet.
  auto dead = nlohmann::json::parse(status().out);
  CAF_REQUIRE_EQUAL(dead["nodes"].size(), 1u);
  process second{args({"--node-timeout", "2s"})};
  await_event(second, "shard_resumed", 2);
  auto after = nlohmann::json::parse(status().out);
  CAF_REQUIRE_EQUAL(after["nodes"].size(), 1u);
  CAF_CHECK(after["nodes"][0]["node"] != node);
  CAF_CHECK_EQUAL(after["shards"][0]["epoch"], 2);
  auto end = second.end(SIGTERM);
  CAF_CHECK(has(end.err, "has not renewed its lease"));
  check_counts(2, 2);
  // Who leaves in order is not waited for.
  process third{args()};
  await_event(third, "shard_resumed", 2);
  third.end(SIGTERM);
  check_counts(2, 4);
}

CAF_TEST(C3 a database that is started anew ends no connection) {
  process first{args()};
  await_event(first, "finished_chunking", 1);
  for (auto how : {SIGINT, SIGQUIT}) {
    server.stop(how);
    CAF_CHECK_EQUAL(status().exit_code, 1);
    server.start();
    CAF_CHECK_EQUAL(status().exit_code, 0);
  }
  CAF_CHECK_EQUAL(first.end(SIGTERM).exit_code, 143);
  check_counts(2, 0);
  process second{args()};
  await_event(second, "shard_resumed", 2);
  second.end(SIGTERM);
  check_counts(2, 2);
}

CAF_TEST(C3 after a failover all sessions go on) {
  process bot{args({"--node-timeout", "2s"})};
  await_event(bot, "finished_chunking", 1);
  server.fail_over();
  await_event(bot, "shard_resumed", 2);
  auto end = bot.end(SIGTERM);
  CAF_CHECK(has(end.err, "on another server than before"));
  CAF_CHECK_EQUAL(end.exit_code, 143);
  check_counts(2, 2);
}

CAF_TEST(C3 a bot waits for its database) {
  server.stop(SIGINT);
  process early{args({"--once"})};
  auto away = status();
  CAF_CHECK_EQUAL(away.exit_code, 1);
  CAF_CHECK(has(away.err, "cannot be reached"));
  server.start();
  auto x = early.end(0);
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(has(x.out, "finished_chunking"));
}

CAF_TEST(C14 passwords and strangers are bad usage and not repeated) {
  for (auto secret : {"postgresql://me:hunter2@localhost/bots",
                      "postgresql://localhost/bots?password=hunter2",
                      "postgresql://me:hunter2@local host/bots"}) {
    url = secret;
    temporary_file file{url};
    auto run = run_process(args({"--once"}));
    auto by_file = muster_with({"status", "--state-file", file.path()});
    setenv("MUSTER_STATE", secret, 1);
    auto by_variable = muster_with({"status"});
    unsetenv("MUSTER_STATE");
    for (auto& x : {run, status(), by_file, by_variable}) {
      CAF_CHECK_EQUAL(x.exit_code, 2);
      CAF_CHECK(!has(x.err + x.out, "hunter2"));
    }
    CAF_CHECK(has(by_file.err, "--state-file"));
    CAF_CHECK(has(by_variable.err, "MUSTER_STATE"));
  }
  url = "postgresql://0.0.0.0:1/bots";
  auto refused = status();
  CAF_CHECK_EQUAL(refused.exit_code, 2);
  CAF_CHECK(has(refused.err, "--insecure-store"));
  CAF_CHECK_EQUAL(run_process(args({"--once"})).exit_code, 2);
  auto permitted = status({"--insecure-store"});
  CAF_CHECK_EQUAL(permitted.exit_code, 1);
  CAF_CHECK(has(permitted.err, "cannot be reached"));
}

CAF_TEST(a database that cannot be used ends the bot) {
  url = server.url("nowhere");
  auto x = run_process(args());
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(has(x.err, "createdb"));
  server.execute("CREATE SCHEMA muster; CREATE TABLE muster.mine(x int)");
  url = server.url();
  auto y = run_process(args());
  CAF_CHECK_EQUAL(y.exit_code, 1);
  CAF_CHECK(has(y.err, "another program's"));
  check_counts(0, 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
