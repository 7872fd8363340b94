#define CAF_SUITE system_service_manager

#include <csignal>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// What systemd would hear.
class notify_socket {
public:
  notify_socket() : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    auto path = folder_ / "notify";
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    path.copy(where.sun_path, sizeof(where.sun_path) - 1);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&where), sizeof(where)) != 0)
      CAF_FAIL("no socket");
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    setenv("WATCHDOG_USEC", "300000", 1);
  }

  ~notify_socket() {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    close(fd_);
  }

  /// The next message; empty after a minute.
  std::string next() {
    pollfd wait{fd_, POLLIN, 0};
    char text[4096];
    auto n = poll(&wait, 1, 60'000) == 1 ? recv(fd_, text, sizeof(text), 0) : 0;
    return {text, static_cast<std::size_t>(n > 0 ? n : 0)};
  }

private:
  temporary_folder folder_;
  int fd_;
};

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != text.npos;
}

} // namespace

CAF_TEST(systemd hears that all shards have a session and that it is alive) {
  sim::simulator gateway{small_world()};
  notify_socket manager;
  auto words = run_at(gateway, {"--log-level", "off"});
  words.insert(words.begin(), program);
  process x{words, "some.token"};
  std::string last;
  std::size_t alive = 0;
  auto early = 0;
  for (auto i = 0; i < 600 && !has(last, "READY=1"); ++i) {
    last = manager.next();
    alive += has(last, "WATCHDOG=1");
    early += has(last, "READY=1") && !has(last, "STATUS=2 of 2 shards");
  }
  CAF_CHECK(has(last, "READY=1"));
  CAF_CHECK_EQUAL(early, 0);
  CAF_CHECK(alive > 0);
  for (auto i = 0; i < 3; ++i) {
    last = manager.next();
    CAF_CHECK(has(last, "WATCHDOG=1"));
    CAF_CHECK(!has(last, "READY=1")); // once
  }
  kill(x.pid(), SIGTERM);
  for (auto i = 0; i < 600 && !has(last, "STOPPING=1"); ++i)
    last = manager.next();
  CAF_CHECK(has(last, "STOPPING=1"));
}
