#define CAF_SUITE net_frame_reader_beast

// What our reader of frames tells of random bytes, right and wrong ones, Beast
// tells, too.

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "net/frame_reader.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

/// What was said until the end, and how it ended.
struct course {
  std::vector<std::string> messages;
  std::string end;

  friend bool operator==(const course&, const course&) = default;
};

course by_us(std::string_view bytes, std::size_t step) {
  using kind = frame_reader::kind;
  course result;
  frame_reader x;
  std::string message;
  auto take = [&](const frame_reader::result& told) {
    if (told.kind == kind::piece) {
      message += told.bytes;
      if (told.done)
        result.messages.push_back((x.binary() ? 'b' : 't')
                                  + std::exchange(message, {}));
    } else if (told.kind == kind::close) {
      result.end = "closed " + std::to_string(told.code);
    } else if (told.kind == kind::failed) {
      result.end = "failed " + std::to_string(told.code);
    }
  };
  while (!bytes.empty() && result.end.empty()) {
    auto part = bytes.substr(0, step);
    bytes.remove_prefix(part.size());
    while (result.end.empty()) {
      if (auto n = std::min<std::uint64_t>(x.expected(), part.size()); n > 0) {
        auto placed = part.substr(0, static_cast<std::size_t>(n));
        part.remove_prefix(placed.size());
        take(x.took(placed));
        continue;
      }
      auto told = x.next(part);
      if (told.kind == kind::more)
        break;
      take(told);
    }
  }
  if (result.end.empty())
    result.end = "cut";
  return result;
}

/// The payload of a client's frame, which is short.
std::string unmasked(std::string_view frame) {
  std::string result{frame.substr(6)};
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = static_cast<char>(result[i] ^ frame[2 + i % 4]);
  return result;
}

/// The code of the close frame among the short frames `sent`.
std::string close_code(std::string_view sent) {
  while (sent.size() >= 6) {
    auto size = 6 + static_cast<std::size_t>(sent[1] & 0x7f);
    if ((sent[0] & 0x0f) == 8) {
      auto code = unmasked(sent.substr(0, size));
      return std::to_string(static_cast<unsigned char>(code[0]) << 8
                            | static_cast<unsigned char>(code[1]));
    }
    sent.remove_prefix(size);
  }
  return "none";
}

course by_beast(std::string_view bytes) {
  asio::io_context io;
  beast::test::stream server{io};
  websocket::stream<beast::test::stream> client{io};
  client.next_layer().connect(server);
  client.read_message_max(0);
  client.async_handshake("a.test", "/", [](beast::error_code ec) {
    if (ec)
      CAF_FAIL("no handshake: " << ec.message());
  });
  io.poll();
  beast::flat_buffer asked;
  beast::http::request<beast::http::empty_body> request;
  beast::http::read(server, asked, request);
  websocket::detail::sec_ws_accept_type accepted;
  websocket::detail::make_sec_ws_accept(accepted, request["Sec-WebSocket-Key"]);
  asio::write(server,
              asio::buffer("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                           + std::string{accepted.data(), accepted.size()}
                           + "\r\n\r\n"));
  io.restart();
  io.poll();
  server.clear();
  if (!bytes.empty())
    asio::write(server, asio::buffer(bytes.data(), bytes.size()));
  server.close();
  course result;
  beast::flat_buffer message;
  for (;;) {
    beast::error_code ec;
    message.clear();
    client.read(message, ec);
    std::string text{static_cast<const char*>(message.data().data()),
                     message.size()};
    if (!ec) {
      result.messages.push_back((client.got_binary() ? 'b' : 't') + text);
      continue;
    }
    auto said = close_code({server.str().data(), server.str().size()});
    if (ec == websocket::error::closed)
      result.end = "closed "
                   + std::to_string(
                       client.reason().code == 1005 ? 0 : client.reason().code);
    else if (ec == websocket::error::bad_frame_payload)
      result.end = "failed 1007";
    else if (ec == websocket::condition::protocol_violation)
      result.end = "failed 1002";
    else
      result.end = "cut";
    if (result.end.rfind("failed ", 0) == 0)
      CAF_CHECK_EQUAL(said, result.end.substr(7));
    return result;
  }
}

class writer {
public:
  explicit writer(std::uint32_t seed) : random_(seed) {}

  /// Frames that are right for the most part.
  std::string draw() {
    std::string result;
    for (auto n = 1 + below(8); n > 0; --n) {
      auto control = below(4) == 0;
      auto opcode = control ? below(2) + 9 : fragmented_ ? 0 : 1 + below(2);
      auto final = control || below(3) > 0;
      auto payload = text(control ? 5 : 300);
      if (below(20) == 0) {
        opcode = 8;
        payload = below(4) == 0 ? text(3) : code(below(5000)) + text(4);
        final = true;
      } else if (!control) {
        fragmented_ = !final;
      }
      result += frame(static_cast<int>(opcode), payload, final);
    }
    // One byte is another, some are missing.
    if (below(2) == 0)
      result[below(result.size())] = static_cast<char>(below(256));
    if (below(4) == 0)
      result.resize(below(result.size() + 1));
    fragmented_ = false;
    return result;
  }

  int below(std::size_t n) {
    return static_cast<int>(random_() % std::max<std::size_t>(n, 1));
  }

private:
  std::string text(std::size_t most) {
    static const std::array<std::string, 5> parts{
        "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xff"};
    std::string result;
    auto wanted = below(most);
    while (result.size() < static_cast<std::size_t>(wanted))
      result += parts[below(60) == 0 ? 4 : static_cast<std::size_t>(below(4))];
    result.resize(std::min(result.size(), most));
    return result;
  }

  std::minstd_rand random_;
  bool fragmented_ = false;
};

} // namespace

CAF_TEST(random frames mean the same to Beast) {
  std::array<int, 4> ends{};
  for (std::uint32_t seed = 0; seed < 4000; ++seed) {
    writer dice{seed};
    auto bytes = dice.draw();
    auto expected = by_beast(bytes);
    // Beast judges a head when its length is there.
    auto longer = bytes + std::string(16, 'a');
    for (auto step : {bytes.size() + 1, std::size_t{1},
                      static_cast<std::size_t>(1 + dice.below(20))})
      if (auto x = by_us(bytes, step);
          !(x == expected) && !(expected.end == "cut" && x == by_beast(longer)))
        CAF_ERROR("seed " << seed << ", " << step << " at a time: " << x.end
                          << " after " << x.messages.size() << ", not "
                          << expected.end << " after "
                          << expected.messages.size());
    ++ends[expected.end == "cut"           ? 0
           : expected.end == "failed 1002" ? 1
           : expected.end == "failed 1007" ? 2
                                           : 3];
  }
  for (auto n : ends) // none of them was left out
    CAF_CHECK(n > 100);
}
