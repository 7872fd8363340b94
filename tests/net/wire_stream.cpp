#define CAF_SUITE net_wire_stream

#include "net/wire_stream.hpp"

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::beast::role_type;
using error_code = boost::system::error_code;

/// A stream without TLS, and the bare socket of who is at its other end.
struct fixture {
  fixture() {
    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    peer.connect(acceptor.local_endpoint());
    acceptor.accept(wire.next_layer().socket());
  }

  template <class F>
  void run(F&& until) {
    auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    io.restart();
    while (!until() && io.run_one_until(limit) > 0)
      continue;
    CAF_REQUIRE(until());
  }

  error_code torn_down(role_type role) {
    std::optional<error_code> result;
    async_teardown(role, wire, [&](error_code ec) { result = ec; });
    run([&] { return result.has_value(); });
    return *result;
  }

  asio::io_context io;
  wire_stream wire{boost::beast::tcp_stream{io}, nullptr};
  tcp::socket peer{io};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(wire_stream_tests, fixture)

CAF_TEST(the lines of an answer go in one write) {
  // As Beast gives them: with gaps, and more of them than a frame has parts.
  std::vector<std::string> lines;
  for (auto i = 0; i < 16; ++i)
    lines.push_back(i % 3 == 2 ? "" : "line " + std::to_string(i) + "\r\n");
  std::vector<asio::const_buffer> all;
  std::string whole;
  for (const auto& line : lines) {
    all.push_back(asio::buffer(line));
    whole += line;
  }
  std::optional<std::size_t> sent;
  wire.async_write_some(all, [&](error_code ec, std::size_t n) {
    CAF_CHECK(!ec);
    sent = n;
  });
  run([&] { return sent.has_value(); });
  CAF_CHECK_EQUAL(*sent, whole.size());
  std::string got(whole.size(), '\0');
  asio::read(peer, asio::buffer(got));
  CAF_CHECK_EQUAL(got, whole);
}

CAF_TEST(what is longer than a write arrives whole) {
  std::string head = "head";
  std::string body;
  while (body.size() < 3'000'000)
    body += std::to_string(body.size()) + ' ';
  std::array<asio::const_buffer, 2> both{asio::buffer(head),
                                         asio::buffer(body)};
  std::string got(head.size() + body.size(), '\0');
  auto done = 0;
  auto count = [&](error_code ec, std::size_t n) {
    CAF_CHECK(!ec);
    CAF_CHECK_EQUAL(n, got.size());
    ++done;
  };
  asio::async_write(wire, both, count);
  asio::async_read(peer, asio::buffer(got), count);
  run([&] { return done == 2; });
  CAF_CHECK(got == head + body);
}

CAF_TEST(a server that has closed waits for the end of its client) {
  peer.shutdown(tcp::socket::shutdown_send);
  CAF_CHECK(!torn_down(role_type::server));
  CAF_CHECK(!wire.next_layer().socket().is_open());
  error_code ec;
  char byte;
  peer.read_some(asio::buffer(&byte, 1), ec);
  CAF_CHECK(ec == asio::error::eof);
}

CAF_TEST(a client that goes on does not keep the server) {
  asio::write(peer, asio::buffer("more", 4));
  CAF_CHECK(!torn_down(role_type::server));
  CAF_CHECK(!wire.next_layer().socket().is_open());
}

CAF_TEST(a server that hangs up ends the client) {
  peer.shutdown(tcp::socket::shutdown_send);
  CAF_CHECK(!torn_down(role_type::client));
  CAF_CHECK(!wire.next_layer().socket().is_open());
}

CAF_TEST(a socket that is closed ends who waits) {
  std::optional<error_code> ended;
  char byte;
  wire.async_read_some(asio::buffer(&byte, 1),
                       [&](error_code ec, std::size_t) { ended = ec; });
  wire.next_layer().socket().close();
  run([&] { return ended.has_value(); });
  CAF_CHECK(*ended == asio::error::operation_aborted);
  CAF_CHECK(torn_down(role_type::server));
}

CAF_TEST_FIXTURE_SCOPE_END()
