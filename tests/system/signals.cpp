#define CAF_SUITE system_signals

#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr int a_minute = 60'000;

} // namespace

CAF_TEST(a signal leaves cleanly with 130 or 143) {
  for (auto [number, expected] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    sim::simulator gateway{small_world()};
    auto args = run_at(gateway, {});
    args.insert(args.begin(), program);
    process x{args};
    std::string line;
    do
      line = x.line();
    while (!line.empty() && line.find("\"finished_chunking\"") == line.npos);
    CAF_REQUIRE(!line.empty());
    CAF_CHECK_EQUAL(x.end(number).exit_code, expected);
    for (auto& [code, n] : gateway.counts().closes_by_client)
      CAF_CHECK(code != 1000 && code != 1001 && code != 1006);
  }
}

CAF_TEST(signals in quick succession are one) {
  process x{{program, "simulate"}};
  CAF_REQUIRE(!x.line().empty());
  kill(x.pid(), SIGINT);
  auto end = x.end(SIGTERM);
  CAF_CHECK_EQUAL(end.exit_code, 130);
  CAF_CHECK(end.out.find("identifies") != std::string::npos);
}

CAF_TEST(a second signal ends what a stuck reader holds up) {
  auto world = small_world();
  world.members = 20'000; // more than a pipe holds
  sim::simulator gateway{world};
  process x{{program, "members", to_string(gateway.guild_ids()[0]),
             "--rest-url", gateway.rest_url()}};
  // The read end once more, to watch it without reading.
  auto path = "/proc/" + std::to_string(x.pid()) + "/fd/1";
  auto pipe = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  CAF_REQUIRE(pipe >= 0);
  pollfd written{pipe, POLLIN, 0};
  CAF_CHECK_EQUAL(poll(&written, 1, a_minute), 1);
  pollfd closed{pipe, 0, 0};
  int ended = 0;
  for (int i = 0; i < 300 && ended == 0; ++i) {
    kill(x.pid(), i == 0 ? SIGINT : SIGTERM);
    ended = poll(&closed, 1, 200);
  }
  CAF_CHECK_EQUAL(ended, 1);
  close(pipe);
  CAF_CHECK_EQUAL(x.end(0).exit_code, 130);
}

CAF_TEST(a second signal ends what a stuck log holds up) {
  int pipes[2];
  CAF_REQUIRE_EQUAL(pipe2(pipes, O_CLOEXEC | O_NONBLOCK), 0);
  while (write(pipes[1], "x", 1) == 1) // until it is full
    continue;
  auto full =
      "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(pipes[1]);
  process x{{"/bin/sh", "-c", R"(exec "$0" simulate 2>"$1")", program, full}};
  CAF_REQUIRE(!x.line().empty());
  auto path = "/proc/" + std::to_string(x.pid()) + "/fd/1";
  auto out = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  CAF_REQUIRE(out >= 0);
  pollfd closed{out, 0, 0};
  int ended = 0;
  for (int i = 0; i < 300 && ended == 0; ++i) {
    kill(x.pid(), SIGTERM);
    ended = poll(&closed, 1, 200);
  }
  CAF_CHECK_EQUAL(ended, 1);
  if (ended == 0)
    kill(x.pid(), SIGKILL);
  close(out);
  CAF_CHECK_EQUAL(x.end(0).exit_code, 143);
  close(pipes[0]);
  close(pipes[1]);
}
