#define CAF_SUITE system_status_command

#include <csignal>
#include <filesystem>
#include <set>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

struct fixture {
  fixture() { gateway.emplace(small_world()); }

  std::vector<std::string> args() {
    auto result = run_at(*gateway, {"--state", "sqlite:" + path});
    result.insert(result.begin(), program);
    return result;
  }

  /// Reads lines until one has this event; gives it.
  static nlohmann::json await(process& x, const std::string& event) {
    for (;;) {
      auto line = x.line();
      CAF_REQUIRE(!line.empty());
      auto all = nlohmann::json::parse(line);
      if (all["event"] == event)
        return all;
    }
  }

  nlohmann::json status() {
    auto x = muster_with({"status", "--state", "sqlite:" + path, "--json"});
    CAF_CHECK_EQUAL(x.exit_code, 0);
    CAF_CHECK_EQUAL(x.err, "");
    return nlohmann::json::parse(x.out);
  }

  temporary_folder folder;
  std::string path = folder / "state.db";
  std::optional<sim::simulator> gateway;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(status_command_tests, fixture)

CAF_TEST(C1 status tells who runs which shard) {
  process first{args()};
  await(first, "finished_chunking");
  auto running = status();
  CAF_CHECK_EQUAL(running["finished"], true);
  CAF_CHECK(running["identifies_left"].is_number());
  CAF_REQUIRE_EQUAL(running["nodes"].size(), 1u);
  auto& node = running["nodes"][0];
  CAF_CHECK_EQUAL(node["shards"], (nlohmann::json{0, 1}));
  CAF_CHECK(node["renewed_ms_ago"].get<std::int64_t>() < 60'000);
  CAF_REQUIRE_EQUAL(running["shards"].size(), 2u);
  for (auto& shard : running["shards"]) {
    CAF_CHECK_EQUAL(shard["node"], node["node"]);
    CAF_CHECK_EQUAL(shard["state"], "connected");
    CAF_CHECK_EQUAL(shard["guilds"], shard["guilds_complete"]);
    CAF_CHECK(shard["guilds"].get<int>() > 0);
    CAF_CHECK(shard["session_age_ms"].is_number());
    CAF_CHECK(shard["saved_ms_ago"].is_number());
  }
  first.end(SIGKILL);
  auto dead = status();
  CAF_CHECK(dead["nodes"].empty());
  for (auto& shard : dead["shards"]) {
    CAF_CHECK(shard["node"].is_null());
    CAF_CHECK_EQUAL(shard["state"], "free");
  }
  process second{args()};
  auto moved = await(second, "shard_moved");
  CAF_CHECK_EQUAL(moved["from"], node["node"]);
  await(second, "shard_resumed");
  auto after = status();
  CAF_REQUIRE_EQUAL(after["nodes"].size(), 1u);
  CAF_CHECK_EQUAL(moved["to"], after["nodes"][0]["node"]);
  CAF_CHECK_EQUAL(moved["epoch"], 2);
  second.end(SIGTERM);
}

CAF_TEST(status for people and what it cannot show) {
  auto none = muster_with({"status", "--state", "sqlite:" + path});
  CAF_CHECK_EQUAL(none.exit_code, 1);
  CAF_CHECK(none.err.find("there is no state in") != std::string::npos);
  CAF_CHECK(!std::filesystem::exists(path));
  CAF_CHECK_EQUAL(muster_with({"status"}).exit_code, 2);
  CAF_CHECK_EQUAL(muster_with({"status", "--state", "x"}).exit_code, 2);
  process bot{args()};
  await(bot, "finished_chunking");
  auto x = muster_with({"status", "--state", "sqlite:" + path});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.out.find("connected") != std::string::npos);
  CAF_CHECK(x.out.find("chunking finished") != std::string::npos);
  auto other = muster_with(
      {"status", "--state", "sqlite:" + path, "--bot", "77", "--json"});
  CAF_CHECK_EQUAL(other.exit_code, 1);
  CAF_CHECK(other.err.find("no bot '77'") != std::string::npos);
  bot.end(SIGTERM);
}

CAF_TEST_FIXTURE_SCOPE_END()
