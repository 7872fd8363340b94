#define CAF_SUITE system_draining

#include <csignal>

#include "tests/support/free_port.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;
using nlohmann::json;

namespace {

/// Processes of `muster run` that share the shards of a bot, on one file.
struct fixture {
  std::vector<std::string> args(const std::string& address,
                                std::vector<std::string> more = {}) {
    more.insert(more.end(),
                {"--state", state, "--node", address, "--node-timeout", "2s"});
    auto result = run_at(gateway, more);
    result.insert(result.begin(), program);
    return result;
  }

  static std::string place() { return "127.0.0.1:" + free_port(); }

  outcome_of_process call(const char* command, const std::string& address) {
    return muster_with({command, address, "--state", state});
  }

  /// What status tells of the process at an address.
  json status_of(const std::string& address, const char* key) {
    auto x = muster_with({"status", "--json", "--state", state});
    CAF_CHECK_EQUAL(x.exit_code, 0);
    auto all = json::parse(x.out);
    for (auto& node : all["nodes"])
      if (node["address"] == address)
        return node[key];
    CAF_FAIL("status lacks " << address);
    return {};
  }

  sim::simulator gateway{small_world()};
  temporary_folder folder;
  std::string state = "sqlite:" + (folder / "state.db");
  std::string here = place();
  std::string there = place();
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(draining_tests, fixture)

CAF_TEST(C4 C11 a process that is drained hands its shards over) {
  process first{args(here)};
  await_event(first, "finished_chunking", 1);
  process second{args(there, {"--weight", "3"})};
  await_event(second, "finished_chunking", 1); // it has joined
  CAF_CHECK_EQUAL(status_of(here, "shards"), (json{0, 1}));
  CAF_CHECK_EQUAL(status_of(there, "weight"), 3);
  auto x = call("drain", here);
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.out.find("shards 0, 1 go to the other process") != x.out.npos);
  await_event(second, "shard_resumed", 2);
  CAF_CHECK_EQUAL(status_of(here, "draining"), true);
  CAF_CHECK_EQUAL(status_of(here, "shards"), json::array());
  CAF_CHECK_EQUAL(status_of(there, "shards"), (json{0, 1}));
  CAF_CHECK_EQUAL(call("undrain", here).exit_code, 0);
  CAF_CHECK_EQUAL(status_of(here, "draining"), false);
  // By resuming, and nothing of it was fatal to either.
  auto counts = gateway.counts();
  CAF_CHECK_EQUAL(counts.identifies.size(), 2u);
  CAF_CHECK_EQUAL(counts.resumes, 2u);
  CAF_CHECK_EQUAL(counts.failed_resumes, 0u);
  CAF_CHECK_EQUAL(second.end(SIGTERM).exit_code, 143);
  CAF_CHECK_EQUAL(first.end(SIGTERM).exit_code, 143);
}

CAF_TEST(C11 a process of no weight runs no shard) {
  process idle{args(here, {"--weight", "0"})};
  process busy{args(there)};
  await_event(busy, "finished_chunking", 1);
  await_event(idle, "finished_chunking", 1);
  CAF_CHECK_EQUAL(status_of(here, "shards"), json::array());
  CAF_CHECK_EQUAL(status_of(there, "shards"), (json{0, 1}));
  CAF_CHECK_EQUAL(busy.end(SIGTERM).exit_code, 143);
  CAF_CHECK_EQUAL(idle.end(SIGTERM).exit_code, 143);
}

CAF_TEST_FIXTURE_SCOPE_END()
