#define CAF_SUITE system_simulate

#include <csignal>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "net/url.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using nlohmann::json;

namespace {

constexpr int a_minute = 60'000;

} // namespace

CAF_TEST(simulate tells where it is and what it counted) {
  process x{{program, "simulate", "--guilds", "1", "--members", "10"}};
  auto url = x.line();
  CAF_REQUIRE(url.rfind("http://127.0.0.1:", 0) == 0);
  auto run = muster_with({"run", "--rest-url", url, "--once", "--events",
                          "json", "--shard-count", "1"});
  CAF_CHECK_EQUAL(run.exit_code, 0);
  auto end = x.end(SIGINT);
  CAF_CHECK(json::parse(end.out)["identifies"].size() == 1);
}

CAF_TEST(simulate survives a host that is no text) {
  process x{{program, "simulate", "--guilds", "1", "--members", "10"}};
  auto url = parse_url(x.line());
  CAF_REQUIRE(url.has_value());
  auto socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(url->port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CAF_REQUIRE_EQUAL(
      connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
      0);
  std::string request = "GET /api/v10/gateway HTTP/1.1\r\nHost: \xff\r\n\r\n";
  CAF_CHECK_EQUAL(send(socket, request.data(), request.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(request.size()));
  pollfd answered{socket, POLLIN, 0};
  CAF_CHECK_EQUAL(poll(&answered, 1, a_minute), 1);
  char first[12] = {};
  CAF_CHECK_EQUAL(recv(socket, first, sizeof(first), 0), 12);
  auto status = std::string{first, sizeof(first)};
  CAF_CHECK_EQUAL(status, "HTTP/1.1 200");
  close(socket);
  CAF_CHECK_EQUAL(x.end(SIGINT).exit_code, 130);
}
