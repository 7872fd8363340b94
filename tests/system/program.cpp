#define CAF_SUITE system_program

#include <csignal>
#include <regex>

#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;
using nlohmann::json;

CAF_TEST(without token and URL it shows the main job on the simulator) {
  auto x = muster_with({"run", "--events", "json"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  auto all = lines_of(x.out);
  CAF_REQUIRE(!all.empty());
  auto expected = json{{"event", "finished_chunking"},
                       {"shards", 2},
                       {"guilds", 40},
                       {"members", 200040}};
  CAF_CHECK(all.back() == expected);
  int counts[3] = {};
  for (auto& e : all) {
    counts[0] += e["event"] == "chunk_request_finished";
    counts[1] += e["event"] == "shard_finished_chunking";
    counts[2] += e["event"] == "shard_ready";
  }
  CAF_CHECK_EQUAL(counts[0], 40);
  CAF_CHECK_EQUAL(counts[1], 2);
  CAF_CHECK_EQUAL(counts[2], 2);
}

CAF_TEST(E6 progress is an event on demand) {
  auto progress = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"run", "--events", "json"});
    auto x = muster_with(words);
    CAF_CHECK_EQUAL(x.exit_code, 0);
    std::vector<json> result;
    for (auto& e : lines_of(x.out))
      if (e["event"] == "chunking_progress")
        result.push_back(e);
    return result;
  };
  CAF_CHECK(progress({}).empty());
  auto told = progress({"--progress-events"});
  CAF_REQUIRE(!told.empty());
  CAF_CHECK_EQUAL(told.back()["guilds"], 40);
  CAF_CHECK(told.back()["members_expected"] == 200040);
}

CAF_TEST(pretty shows a summary) {
  auto x = muster_with({"run"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.out.find("200,040 members") != std::string::npos);
  CAF_CHECK(x.out.find("summary") != std::string::npos);
}

CAF_TEST(once exits with 0 or 3) {
  sim::simulator whole{small_world()};
  CAF_CHECK_EQUAL(muster_with(run_at(whole, {"--once"})).exit_code, 0);
  auto world = small_world();
  world.faults = {*sim::parse_fault("drop:guild=1,chunk=1,times=0")};
  sim::simulator partial{world};
  auto x = muster_with(run_at(partial, {"--once"}));
  CAF_CHECK_EQUAL(x.exit_code, 3);
  for (auto& e : lines_of(x.out))
    if (e["event"] == "chunk_request_finished"
        && e["outcome"] == "incomplete") {
      CAF_CHECK(e["missed_chunks"] == json::array({1}));
      CAF_CHECK(e["attempts"] == 2);
    }
}

CAF_TEST(once with a guild that the bot is not in exits with 3 and names it) {
  sim::simulator gateway{small_world()};
  auto here = to_string(gateway.guild_ids()[0]);
  auto x = muster_with(run_at(gateway, {"--once", "--only", here}));
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.err.find(here) == std::string::npos);
  x = muster_with(run_at(gateway, {"--once", "--only", here, "--only", "99"}));
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK(x.err.find("the bot is not in guild 99") != std::string::npos);
  CAF_CHECK(x.out.find("\"finished_chunking\",\"shards\":2,\"guilds\":1,")
            != std::string::npos);
}

CAF_TEST(a shard that ends for good still counts in the summary) {
  auto world = small_world();
  world.shards = 1;
  world.guilds = 8; // of 7 chunks
  world.faults = {*sim::parse_fault("close:code=4014,after=30")};
  sim::simulator gateway{world};
  auto x = muster_with(run_at(gateway, {}, "pretty"));
  CAF_CHECK_EQUAL(x.exit_code, 1);
  for (auto row :
       {R"(\n  chunks +([\d,]+) \()", R"(\n  connections +([\d,]+) identif)"}) {
    std::smatch found;
    CAF_REQUIRE(std::regex_search(x.out, found, std::regex{row}));
    CAF_CHECK(found[1] != "0");
  }
}

CAF_TEST(E6 pretty shows how far it is and the time left) {
  auto world = small_world();
  world.shards = 1;
  world.members = 10'000;
  // Goes on for longer than anyone waits, so it is interrupted.
  world.chunk_delay = std::chrono::milliseconds{50};
  sim::simulator gateway{world};
  auto args = run_at(gateway, {}, "pretty");
  args.insert(args.begin(), program);
  process x{args};
  std::smatch counts;
  static const std::regex with_counts{
      R"(guilds \d+/4  members ([\d,]+)  [\d,]+/s.*)"};
  static const std::regex with_time_left{R"(.*  about .*\d m?s left)"};
  std::size_t lines = 0;
  for (;;) {
    auto line = x.line();
    CAF_REQUIRE(!line.empty());
    if (!std::regex_match(line, counts, with_counts))
      continue;
    ++lines;
    if (std::regex_match(line, with_time_left)) {
      CAF_CHECK(counts[1] != "0");
      break;
    }
  }
  CAF_CHECK_GREATER(lines, 0u);
  auto rest = x.end(SIGINT);
  CAF_CHECK_EQUAL(rest.exit_code, 130);
  CAF_CHECK(rest.out.find("summary\n") != std::string::npos);
}
