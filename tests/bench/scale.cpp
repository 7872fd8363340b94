// A bot of many shards in several processes on one machine.
//   bench_scale sqlite|postgres [--shards N] [--processes N] [--messages 1]
// Starts a simulator (512 shards of 10 guilds of 100 members) and processes of
// `muster run`, waits until the startup is done and 20 s more, and prints what
// it took. Identifies are not spaced as Discord's are. With --messages nothing
// but the messages of the startup between them, which the log counts.

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/cable.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/process_usage.hpp"
#include "tests/support/store_switches.hpp"

using namespace muster::test;

namespace {

using clock_type = std::chrono::steady_clock;

/// For so long they are left alone.
constexpr std::chrono::seconds idle{20};

struct node {
  cable way;
  std::unique_ptr<process> handle;
  std::thread reader;
};

struct bench {
  int shards = 512;
  int processes = 4;
  int messages = 0;
  std::string state;
  std::string tls_dir;
  /// Commits so far; empty where the store cannot tell.
  std::function<double()> commits;

  void begin(const std::string& rest_url) {
    for (int i = 0; i < processes; ++i) {
      auto x = std::make_unique<node>();
      auto port = free_port();
      x->way.lead_to(port);
      std::vector<std::string> command{MUSTER_PROGRAM,
                                       "run",
                                       "--rest-url",
                                       rest_url,
                                       "--state",
                                       state,
                                       "--node",
                                       "127.0.0.1:" + port,
                                       "--advertise",
                                       "127.0.0.1:" + x->way.port(),
                                       "--events",
                                       "json",
                                       "--log-level",
                                       messages != 0 ? "debug" : "error",
                                       "--identify-interval",
                                       "60ms"};
      if (!tls_dir.empty())
        command.insert(command.end(), {"--tls-dir", tls_dir});
      x->handle = std::make_unique<process>(
          command, "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.not-a-real-secret");
      nodes.push_back(std::move(x));
    }
  }

  process_usage total() const {
    process_usage result;
    for (auto& x : nodes)
      result += usage_of(x->handle->pid());
    return result;
  }

  double crossed_mb() const {
    double result = 0;
    for (auto& x : nodes)
      result += static_cast<double>(x->way.bytes()) / 1e6;
    return result;
  }

  /// Ends them; what came by their links.
  double end() {
    double result = 0;
    for (auto& x : nodes)
      kill(x->handle->pid(), messages != 0 ? SIGTERM : SIGKILL);
    for (auto& x : nodes) {
      x->reader.join();
      std::istringstream log{x->handle->end(SIGTERM).err};
      for (std::string line; std::getline(log, line);) {
        auto at = line.find(" messages of ");
        if (at != line.npos)
          result += std::stod(line.substr(line.rfind(' ', at - 1)));
      }
    }
    return result;
  }

  std::vector<std::unique_ptr<node>> nodes;
};

/// How far the processes are, as their readers tell.
struct progress {
  /// False if one has ended, or it takes longer.
  bool await_startups(int count, std::chrono::seconds longest) {
    std::unique_lock guard{mutex};
    changed.wait_for(guard, longest,
                     [&] { return ended || startups == count; });
    return !ended && startups == count;
  }

  /// False if one has ended before that.
  bool let_pass(std::chrono::seconds d) {
    std::unique_lock guard{mutex};
    return !changed.wait_for(guard, d, [this] { return ended; });
  }

  /// Reads what a process prints until it ends.
  void read(process& x) {
    auto told = false;
    for (auto line = x.line(); !line.empty(); line = x.line())
      if (line.find("\"event\":\"finished_chunking\"") != line.npos && !told) {
        told = true;
        std::lock_guard guard{mutex};
        ++startups;
        changed.notify_all();
      }
    std::lock_guard guard{mutex};
    ended = true;
    changed.notify_all();
  }

  std::mutex mutex;
  std::condition_variable changed;
  int startups = 0;
  bool ended = false;
};

void show(const char* what, double value, const char* unit) {
  std::printf("%-44s %10.2f %s\n", what, value, unit);
}

/// Prints what the startup took, lets them be idle, and prints that.
bool measure(bench& x, progress& so_far) {
  auto began = clock_type::now();
  if (!so_far.await_startups(x.processes, std::chrono::minutes(5)))
    return false;
  std::chrono::duration<double> wall = clock_type::now() - began;
  auto done = x.total();
  auto commits = x.commits ? x.commits() : 0;
  auto crossed = x.crossed_mb();
  if (!so_far.let_pass(idle))
    return false;
  auto later = x.total();
  auto seconds = static_cast<double>(idle.count());
  show("startup, wall", wall.count(), "s");
  show("startup, CPU of all processes", done.cpu_seconds, "s");
  show("memory a shard", later.resident_mb / x.shards, "MB");
  show("written by them in the startup", done.written_mb, "MB");
  if (x.commits)
    show("commits in the startup", commits / wall.count(), "a second");
  show("between processes in the startup, a guild",
       crossed * 1e6 / (x.shards * 10.0), "bytes");
  show("idle, CPU of all processes",
       (later.cpu_seconds - done.cpu_seconds) / seconds * 100, "% of a core");
  show("idle, written by them", (later.written_mb - done.written_mb) / seconds,
       "MB/s");
  if (x.commits)
    show("idle, commits", (x.commits() - commits) / seconds, "a second");
  show("idle, between processes", (x.crossed_mb() - crossed) / seconds * 1e3,
       "kB/s");
  return true;
}

int run(bench& x) {
  process world{{MUSTER_PROGRAM, "simulate", "--shards",
                 std::to_string(x.shards), "--guilds", "10", "--members", "100",
                 "--max-concurrency", "64", "--identify-window", "50ms"}};
  x.begin(world.line());
  progress so_far;
  for (auto& one : x.nodes)
    one->reader = std::thread{[&] { so_far.read(*one->handle); }};
  auto good = x.messages != 0
                  ? so_far.await_startups(x.processes, std::chrono::minutes(5))
                  : measure(x, so_far);
  auto messages = x.end();
  if (good && x.messages != 0)
    show("between processes in the startup, a chunk",
         messages / (x.shards * 10.0), "messages");
  if (!good)
    std::fputs("a process has ended, or the startup took 5 minutes\n", stderr);
  return good ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  bench x;
  for (int i = 2; i + 1 < argc; i += 2)
    (std::strcmp(argv[i], "--shards") == 0     ? x.shards
     : std::strcmp(argv[i], "--messages") == 0 ? x.messages
                                               : x.processes) =
        std::atoi(argv[i + 1]);
  std::string store = argc > 1 ? argv[1] : "";
  if (store == "sqlite") {
    sqlite_switch file;
    x.state = file.url();
    return run(x);
  }
  if (store == "postgres") {
    postgres_switch server;
    x.state = server.url();
    x.tls_dir = server.keys();
    x.commits = [&] { return server.commits(); };
    return run(x);
  }
  std::fputs("say sqlite or postgres\n", stderr);
  return 2;
}
