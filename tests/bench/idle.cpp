// What idle shards cost: resident memory and CPU of one process of `muster run`
// whose startup is done and which hears nothing but acks of heartbeats.
//   bench_idle [--shards 512] [--methods zstd,zlib,none]
// Over wss; 10 guilds of 100 members a shard. Identifies are not spaced as
// Discord's are, and heartbeats are sent each 12 s, not each 41 s. Idle is a
// bot that has told nothing for a minute; the minute behind that is measured.

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/support/process.hpp"
#include "tests/support/process_usage.hpp"

using namespace muster::test;

namespace {

constexpr int beat = 12; // seconds
constexpr int beats = 60 / beat;

/// False if there was no end of the startup, or no peace after it.
bool measure(const std::string& method, int shards) {
  process world{{MUSTER_PROGRAM, "simulate", "--tls", "--shards",
                 std::to_string(shards), "--guilds", "10", "--members", "100",
                 "--max-concurrency", "64", "--identify-window", "50ms",
                 "--heartbeat-interval", std::to_string(beat) + "s"}};
  auto url = world.line();
  auto authority = world.line();
  process bot{{MUSTER_PROGRAM, "run", "--rest-url", url, "--ca-file", authority,
               "--compress", method, "--events", "json", "--log-level", "error",
               "--identify-interval", "60ms"},
              "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.not-a-real-secret"};
  for (;;) {
    auto line = bot.line();
    if (line.empty())
      return false;
    if (line.find("\"event\":\"finished_chunking\"") != line.npos)
      break;
  }
  // What is told ends a minute early: then it is not idle.
  auto quiet_minute = [&] { return bot.line().empty(); };
  auto begun = usage_of(bot.pid());
  if (!quiet_minute())
    return false;
  auto before = usage_of(bot.pid());
  if (!quiet_minute())
    return false;
  auto after = usage_of(bot.pid());
  if (after.resident_mb <= 0) // it has ended
    return false;
  std::printf("%-8s %12.0f %12.0f %18.3f\n", method.c_str(), begun.resident_mb,
              after.resident_mb,
              (after.cpu_seconds - before.cpu_seconds) * 1e3 / beats / shards);
  std::fflush(stdout);
  kill(bot.pid(), SIGKILL);
  return true;
}

} // namespace

int main(int argc, char** argv) {
  int shards = 512;
  std::vector<std::string> methods{"zstd", "zlib", "none"};
  CLI::App app{"Memory of idle shards"};
  app.add_option("--shards", shards, "How many");
  app.add_option("--methods", methods, "Ways of compression")->delimiter(',');
  CLI11_PARSE(app, argc, argv);
  std::printf("%d shards; MB resident, and CPU ms a heartbeat and shard\n"
              "%-8s %12s %12s %18s\n",
              shards, "", "startup done", "idle", "CPU");
  for (const auto& x : methods)
    if (!measure(x, shards)) {
      std::fputs("the startup did not end, or something happened after it\n",
                 stderr);
      return 1;
    }
}
