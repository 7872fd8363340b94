#define CAF_SUITE system_streams

#include <csignal>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// The same with stdout, or more, redirected by the shell.
outcome_of_process muster_redirected(const std::string& where,
                                     std::vector<std::string> args) {
  args.insert(
      args.begin(),
      {"/bin/sh", "-c", "exec timeout 60 \"$0\" \"$@\" " + where, program});
  return run_process(args);
}

} // namespace

CAF_TEST(what stdout does not take is an error) {
  auto world = small_world();
  sim::simulator gateway{world};
  auto guild = to_string(gateway.guild_ids()[0]);
  std::string pipe = "/tmp/muster-test-pipe-" + std::to_string(getpid());
  CAF_REQUIRE_EQUAL(mkfifo(pipe.c_str(), 0600), 0);
  // Its only reader is gone before the program starts.
  auto unread = "3<>" + pipe + " >" + pipe + " 3<&-";
  for (auto& where : std::vector<std::string>{">/dev/full", ">&-", unread})
    for (auto& args : {run_at(gateway, {"--once"}),
                       run_at(gateway, {"--once"}, "pretty"),
                       {"members", guild, "--rest-url", gateway.rest_url()},
                       {"simulate"}}) {
      auto x = muster_redirected(where, args);
      CAF_CHECK_EQUAL(x.exit_code, 1);
      CAF_CHECK(x.err.find("cannot write to stdout") != std::string::npos);
    }
  unlink(pipe.c_str());
}

CAF_TEST(the token is in no output and no process listing) {
  sim::simulator gateway{small_world()};
  auto args = run_at(gateway, {"--log-level", "debug"});
  args.insert(args.begin(), program);
  process x{args, "MTk.very-secret"};
  std::string first, line;
  do
    first += line = x.line();
  while (!line.empty() && line.find("\"finished_chunking\"") == line.npos);
  std::ifstream listing{"/proc/" + std::to_string(x.pid()) + "/cmdline"};
  std::string shown{std::istreambuf_iterator<char>{listing}, {}};
  auto rest = x.end(SIGINT);
  CAF_CHECK(!shown.empty());
  for (auto& text : {shown, first, rest.out, rest.err})
    CAF_CHECK(text.find("very-secret") == std::string::npos);
  for (auto line : {"shard 0: connecting to ws", "shard 1: HELLO",
                    "shard 1: identify", "shard 0: READY with "})
    CAF_CHECK(rest.err.find(line) != std::string::npos);
  // Nothing is blank, since stderr is a file.
  CAF_CHECK(rest.err.find("\n\n") == std::string::npos);
  CAF_CHECK(rest.err.find("leaving the gateway ...\n") != std::string::npos);
}

CAF_TEST(the log tells each request and its end) {
  sim::simulator gateway{small_world()};
  auto guild = to_string(gateway.guild_ids()[0]);
  auto x = muster_with({"members", guild, "--rest-url", gateway.rest_url(),
                        "--log-level", "debug"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  for (auto& line : {"opcode 8 for guild " + guild,
                     "the request for guild " + guild + " ended as complete"})
    CAF_CHECK(x.err.find(line) != std::string::npos);
}

CAF_TEST(a token on the command line is refused and not repeated) {
  for (auto command : {"run", "members"}) {
    auto x = muster_with({command, "--token", "very-secret"});
    CAF_CHECK_EQUAL(x.exit_code, 2);
    CAF_CHECK(x.err.find("DISCORD_TOKEN") != std::string::npos);
    CAF_CHECK(x.err.find("very-secret") == std::string::npos);
  }
}
