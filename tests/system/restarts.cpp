#define CAF_SUITE system_restarts

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>

#include <sqlite3.h>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Processes of `muster run`, one after the other, on one file.
struct fixture {
  std::vector<std::string> args(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--state", "sqlite:" + path});
    auto result = run_at(*gateway, more);
    result.insert(result.begin(), program);
    return result;
  }

  void begin(const sim::options& world) { gateway.emplace(world); }

  static std::size_t count(const outcome_of_process& x, const char* event) {
    std::size_t result = 0;
    for (auto& line : lines_of(x.out))
      result += line["event"] == event ? 1 : 0;
    return result;
  }

  temporary_folder folder;
  std::string path = folder / "state.db";
  std::optional<sim::simulator> gateway;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(restart_tests, fixture)

CAF_TEST(C4 C5 a bot that ends and starts anew identifies nothing) {
  auto world = small_world();
  world.shards = 4;
  begin(world);
  {
    process first{args()};
    await_event(first, "finished_chunking", 1);
    CAF_CHECK_EQUAL(first.end(SIGTERM).exit_code, 143);
  }
  auto before = gateway->counts();
  CAF_CHECK_EQUAL(before.identifies.size(), 4u);
  std::uint64_t resumes = 0;
  for (auto signal : {SIGTERM, SIGKILL, SIGKILL, SIGTERM}) {
    process next{args()};
    await_event(next, "shard_resumed", 4);
    resumes += 4;
    CAF_CHECK_EQUAL(count(next.end(signal), "shard_ready"), 0u);
  }
  auto after = gateway->counts();
  CAF_CHECK_EQUAL(after.identifies.size(), 4u);
  CAF_CHECK_EQUAL(after.resumes, resumes);
  CAF_CHECK_EQUAL(after.failed_resumes, 0u);
  CAF_CHECK_EQUAL(after.requests, before.requests);
}

CAF_TEST(C8 E4 a bot that starts anew hears late what has been) {
  begin(small_world());
  {
    process first{args()};
    await_event(first, "finished_chunking", 1);
    first.end(SIGKILL);
  }
  process second{args({"--once"})};
  auto x = second.end(0);
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK_EQUAL(count(x, "shard_finished_chunking"), 2u);
  CAF_CHECK_EQUAL(count(x, "finished_chunking"), 1u);
}

CAF_TEST(C6 a startup that is killed again and again comes to its end) {
  auto world = small_world();
  world.guilds = 24;
  begin(world);
  std::mt19937 random{static_cast<unsigned>(getpid())};
  CAF_MESSAGE("seed " << getpid());
  std::size_t kills = 0;
  // Each kill comes after another number of lines.
  for (; kills < 20; ++kills) {
    process x{args()};
    for (auto lines = random() % 12 + 1; lines > 0; --lines)
      if (x.line().empty())
        break;
    x.end(SIGKILL);
  }
  process last{args({"--once"})};
  auto x = last.end(0);
  CAF_CHECK_EQUAL(x.exit_code, 0);
  std::map<std::string, int> ends;
  std::size_t complete = 0;
  for (auto& line : lines_of(x.out))
    if (line["event"] == "chunk_request_finished")
      ++ends[line["nonce"].get<std::string>()];
    else if (line["event"] == "finished_chunking")
      complete += line["guilds"].get<std::size_t>();
  // Who was killed may have had no time to print what it had in its books.
  CAF_CHECK_EQUAL(complete, gateway->guild_ids().size());
  for (auto& [nonce, n] : ends)
    CAF_CHECK_EQUAL(n, 1);
  CAF_CHECK_EQUAL(count(x, "finished_chunking"), 1u);
  auto counts = gateway->counts();
  CAF_CHECK(counts.identifies.size() <= 2 + kills);
  CAF_CHECK_EQUAL(counts.limits_broken.identify, 0u);
}

CAF_TEST(C1 a second process waits for the first and takes over) {
  begin(small_world());
  process first{args()};
  await_event(first, "finished_chunking", 1);
  process second{args()};
  await_event(second, "shard_finished_chunking", 2); // it has joined
  CAF_CHECK_EQUAL(gateway->counts().resumes, 0u);
  first.end(SIGTERM);
  await_event(second, "shard_resumed", 2);
  second.end(SIGTERM);
  CAF_CHECK_EQUAL(gateway->counts().identifies.size(), 2u);
}

CAF_TEST(C15 another number of shards than a live process has exits with 1) {
  begin(small_world());
  process first{args()};
  await_event(first, "shard_ready", 2);
  process second{args({"--shard-count", "3"})};
  auto x = second.end(0);
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(x.err.find("with 2 shards") != std::string::npos);
  first.end(SIGTERM);
}

CAF_TEST(a state that cannot be used exits with 1 and is kept) {
  begin(small_world());
  for (auto& text : {std::string(5000, '\x81'), std::string{"x"}}) {
    std::ofstream{path, std::ios::binary} << text;
    process x{args({"--once"})};
    auto end = x.end(0);
    CAF_CHECK_EQUAL(end.exit_code, 1);
    CAF_CHECK(end.err.find(path) != std::string::npos);
    CAF_CHECK_EQUAL(text_of_file(path), text);
  }
  path = folder / "none/state.db";
  process x{args()};
  auto end = x.end(0);
  CAF_CHECK_EQUAL(end.exit_code, 1);
  CAF_CHECK(end.err.find("make it") != std::string::npos);
}

CAF_TEST(a state for which there is no room exits with 1) {
  begin(small_world());
  // A disk of its own, that only the program sees.
  auto disk = "mount -t tmpfs -o size=64k none '" + (folder / "") + "'";
  auto on_disk = [&](const std::string& what) {
    return std::vector<std::string>{"/usr/bin/unshare",   "-m", "sh", "-c",
                                    disk + " && " + what, "sh"};
  };
  if (run_process(on_disk("true"), "").exit_code != 0) {
    CAF_MESSAGE("skipped: this user may not mount a file system");
    return;
  }
  auto command = on_disk("exec \"$@\"");
  auto bot = args({"--once"});
  command.insert(command.end(), bot.begin(), bot.end());
  auto x = run_process(command, "some.token");
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(x.err.find("make some on the disk") != std::string::npos);
  CAF_CHECK_EQUAL(gateway->counts().identifies.size(), 0u);
}

CAF_TEST(C1 a state that is taken away ends the bot) {
  begin(small_world());
  process first{args()};
  await_event(first, "shard_ready", 2); // what follows is to be saved
  std::filesystem::rename(path, path + ".away");
  auto x = first.end(0);
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(x.err.find("taken away") != std::string::npos);
  std::filesystem::rename(path + ".away", path);
  process second{args({"--once"})};
  CAF_CHECK_EQUAL(second.end(0).exit_code, 0);
}

CAF_TEST(C4 what the last save did not reach is resumed all the same) {
  begin(small_world());
  process first{args()};
  await_event(first, "finished_chunking", 1);
  sqlite3* db = nullptr;
  CAF_REQUIRE_EQUAL(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  CAF_REQUIRE_EQUAL(
      sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr),
      SQLITE_OK);
  CAF_CHECK_EQUAL(first.end(SIGTERM).exit_code, 143);
  sqlite3_close(db);
  process second{args()};
  await_event(second, "shard_resumed", 2);
  second.end(SIGTERM);
  CAF_CHECK_EQUAL(gateway->counts().identifies.size(), 2u);
}

CAF_TEST(what names no state is bad usage and not repeated) {
  begin(small_world());
  auto run = [&](std::vector<std::string> more) {
    return muster_with(run_at(*gateway, std::move(more)));
  };
  CAF_CHECK_EQUAL(run({"--state", ""}).exit_code, 2);
  CAF_CHECK_EQUAL(muster_with({"run", "--state", "sqlite:" + path}).exit_code,
                  2); // the simulator ends with it
  for (auto url : {"state.db", "sqlite:", "mysql://bot:secret@host/db"}) {
    auto x = run({"--once", "--state", url});
    CAF_CHECK_EQUAL(x.exit_code, 2);
    CAF_CHECK(x.err.find("sqlite: and the path") != std::string::npos);
    CAF_CHECK(x.err.find("secret") == std::string::npos);
  }
  temporary_file empty{"\n"};
  CAF_CHECK_EQUAL(run({"--state-file", empty.path()}).exit_code, 2);
  CAF_CHECK_EQUAL(run({"--state-file", path + "none"}).exit_code, 2);
  temporary_file good{"sqlite:" + path + "\r\n"};
  CAF_CHECK_EQUAL(run({"--once", "--state-file", good.path()}).exit_code, 0);
  CAF_CHECK_EQUAL(
      run({"--state", "sqlite:x", "--state-file", good.path()}).exit_code, 2);
  setenv("MUSTER_STATE", ("sqlite:" + path).c_str(), 1);
  auto x = run({"--once"});
  unsetenv("MUSTER_STATE");
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK_EQUAL(gateway->counts().identifies.size(), 2u);
}

CAF_TEST(the example bot goes on where it was) {
  begin(small_world());
  for (int i = 0; i < 2; ++i) {
    auto x = run_process({MUSTER_EXAMPLES "bot",
                          "--muster.rest-url=" + gateway->rest_url(),
                          "--muster.state=sqlite:" + path},
                         "some.token");
    CAF_CHECK_EQUAL(x.exit_code, 0);
    CAF_CHECK(x.out.find("9872 members are here") != std::string::npos);
  }
  CAF_CHECK_EQUAL(gateway->counts().identifies.size(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
