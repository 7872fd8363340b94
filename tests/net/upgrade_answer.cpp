#define CAF_SUITE net_upgrade_answer

#include "net/upgrade_answer.hpp"

#include <algorithm>
#include <array>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

using status = upgrade_answer::status;

/// All that is left, in portions of `step` bytes.
std::string take_all(upgrade_answer& x, std::size_t step) {
  std::array<char, 256> room;
  std::string result;
  while (auto n = x.take(room.data(), std::min(step, room.size())))
    result.append(room.data(), n);
  CAF_CHECK(x.all_taken());
  return result;
}

} // namespace

CAF_TEST(an acceptance becomes short and loses nothing behind it) {
  for (std::size_t step : {1, 10, 256}) {
    upgrade_answer x;
    x.feed("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101 Yes\r\n");
    x.feed("Server: " + std::string(9000, 's') + "\r\nupgrade: WebSocket\r\n");
    CAF_CHECK(x.state() == status::more);
    x.feed(
        "Connection: Upgrade\r\nSec-WebSocket-Accept: abc=\r\n\r\n\x81\x02hi");
    CAF_REQUIRE(x.state() == status::accepted);
    CAF_CHECK_EQUAL(
        take_all(x, step),
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: abc=\r\n\r\n");
    CAF_CHECK_EQUAL(x.rest(), "\x81\x02hi");
  }
}

CAF_TEST(a refusal waits for its body and can do without) {
  upgrade_answer x;
  CAF_CHECK(x.feed("HTTP/1.1 429 No\r\nRetry-After: 3\r\nServer: cloudflare\r\n"
                   "\r\nerror code: 1015")
            == status::more);
  CAF_CHECK(x.end() == status::refused);
  CAF_CHECK_EQUAL(x.answer().retry_after, "3");
  CAF_CHECK(x.sentence().find("1015") != std::string::npos);
  upgrade_answer y;
  y.feed("HTTP/1.1 503 No\r\nContent-Length: 1000000000000\r\n\r\n");
  CAF_CHECK(y.end() == status::refused);
  CAF_CHECK_EQUAL(y.sentence(), "HTTP 503");
}

CAF_TEST(what is no answer fails once) {
  upgrade_answer x;
  CAF_CHECK(x.feed("220 smtp ready\r\n") == status::failed);
  CAF_CHECK(!x.sentence().empty());
  CAF_CHECK(x.feed("HTTP/1.1 101 Yes\r\n\r\n") == status::failed);
  CAF_CHECK(x.end() == status::failed);
  upgrade_answer y;
  CAF_CHECK(y.end() == status::failed);
}
