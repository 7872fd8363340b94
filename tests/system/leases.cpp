#define CAF_SUITE system_leases

#include <csignal>

#include <sqlite3.h>

#include "tests/support/freezing.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Processes of `muster run` on one file, whose leases are short.
struct fixture {
  fixture() { gateway.emplace(small_world()); }

  std::vector<std::string> args() {
    auto result =
        run_at(*gateway, {"--state", "sqlite:" + path, "--node-timeout", "2s"});
    result.insert(result.begin(), program);
    return result;
  }

  temporary_folder folder;
  std::string path = folder / "state.db";
  std::optional<sim::simulator> gateway;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(lease_tests, fixture)

CAF_TEST(C2 a process that was frozen loses its shards and writes nothing) {
  process frozen{args()};
  await_event(frozen, "finished_chunking", 1);
  process next{args()};
  await_event(next, "shard_finished_chunking", 2); // it has joined
  freeze(frozen.pid(), path);
  await_event(next, "shard_moved", 2);
  await_event(next, "shard_resumed", 2);
  auto before = gateway->counts();
  CAF_CHECK_EQUAL(before.resumes, 2u);
  kill(frozen.pid(), SIGCONT);
  await_event(frozen, "shard_disconnected", 2);
  // It waits, joined anew, and takes over when the other one ends.
  CAF_CHECK_EQUAL(next.end(SIGTERM).exit_code, 143);
  await_event(frozen, "shard_moved", 2);
  await_event(frozen, "shard_resumed", 2);
  CAF_CHECK_EQUAL(frozen.end(SIGTERM).exit_code, 143);
  auto after = gateway->counts();
  CAF_CHECK_EQUAL(after.resumes, 4u);
  CAF_CHECK_EQUAL(after.failed_resumes, 0u);
  CAF_CHECK_EQUAL(after.identifies.size(), 2u);
}

CAF_TEST(C3 a state that is locked for long closes the shards until it is not) {
  process bot{args()};
  await_event(bot, "finished_chunking", 1);
  sqlite3* db = nullptr;
  CAF_REQUIRE_EQUAL(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  CAF_REQUIRE_EQUAL(
      sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr),
      SQLITE_OK);
  await_event(bot, "shard_disconnected", 2);
  CAF_CHECK_EQUAL(gateway->counts().resumes, 0u);
  sqlite3_close(db);
  await_event(bot, "shard_resumed", 2);
  auto x = bot.end(SIGTERM);
  CAF_CHECK_EQUAL(x.exit_code, 143);
  CAF_CHECK(x.err.find("lease") != std::string::npos);
  CAF_CHECK_EQUAL(gateway->counts().identifies.size(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
