#define CAF_SUITE net_tls_stream

#include "net/tls_stream.hpp"

#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "app/simulator/certificate.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using error_code = boost::system::error_code;

/// One side of a connection.
struct end {
  end(asio::io_context& io, asio::ssl::context& context) : tcp(io) {
    tls.emplace(tcp, context);
  }

  boost::beast::tcp_stream tcp;
  std::optional<tls_stream> tls;
  std::optional<error_code> shaken;
};

struct fixture {
  fixture() {
    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    client.tcp.socket().connect(acceptor.local_endpoint());
    acceptor.accept(server.tcp.socket());
    for (auto x : {&client, &server}) {
      // Small, so that both sides have to wait for each other.
      x->tcp.socket().set_option(tcp::socket::send_buffer_size{8192});
      auto type = x == &client ? asio::ssl::stream_base::client
                               : asio::ssl::stream_base::server;
      x->tls->async_handshake(type, [x](error_code ec) { x->shaken = ec; });
    }
    run([this] { return client.shaken && server.shaken; });
    CAF_REQUIRE_EQUAL(client.shaken->message(), "Success");
    CAF_REQUIRE_EQUAL(server.shaken->message(), "Success");
  }

  static asio::ssl::context make_server() {
    asio::ssl::context result{asio::ssl::context::tls_server};
    auto made = sim::make_certificate("localhost");
    result.use_certificate_chain(asio::buffer(made.leaf + made.ca));
    result.use_private_key(asio::buffer(made.key), asio::ssl::context::pem);
    return result;
  }

  template <class F>
  void run(F&& until) {
    using namespace std::chrono_literals;
    auto limit = std::chrono::steady_clock::now() + 30s;
    io.restart();
    while (!until() && io.run_one_until(limit) > 0)
      continue;
    CAF_REQUIRE(until());
  }

  asio::io_context io;
  asio::ssl::context client_context{asio::ssl::context::tls_client};
  asio::ssl::context server_context = make_server();
  end client{io, client_context};
  end server{io, server_context};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tls_stream_tests, fixture)

CAF_TEST(what goes both ways at once arrives whole) {
  std::string text;
  while (text.size() < 3'000'000)
    text += std::to_string(text.size()) + ' ';
  std::string here(text.size(), '\0');
  std::string there(text.size(), '\0');
  auto done = 0;
  auto count = [&](error_code ec, std::size_t n) {
    CAF_CHECK(!ec);
    CAF_CHECK_EQUAL(n, text.size());
    ++done;
  };
  asio::async_write(*client.tls, asio::buffer(text), count);
  asio::async_write(*server.tls, asio::buffer(text), count);
  asio::async_read(*client.tls, asio::buffer(here), count);
  asio::async_read(*server.tls, asio::buffer(there), count);
  run([&] { return done == 4; });
  CAF_CHECK(here == text);
  CAF_CHECK(there == text);
}

CAF_TEST(who hangs up without a word can still be answered) {
  std::string got(3, '\0');
  auto done = 0;
  asio::async_write(*client.tls, asio::buffer("ask", 3),
                    [&](error_code ec, std::size_t) {
                      CAF_CHECK(!ec);
                      client.tcp.socket().shutdown(tcp::socket::shutdown_send);
                      ++done;
                    });
  run([&] { return done == 1; });
  asio::async_read(*server.tls, asio::buffer(got),
                   [&](error_code ec, std::size_t) {
                     CAF_CHECK(!ec);
                     ++done;
                   });
  run([&] { return done == 2; });
  error_code truncated;
  server.tls->async_read_some(asio::buffer(got),
                              [&](error_code ec, std::size_t) {
                                truncated = ec;
                                ++done;
                              });
  run([&] { return done == 3; });
  CAF_CHECK(truncated == asio::ssl::error::stream_truncated);
  asio::async_write(*server.tls, asio::buffer("answer", 6),
                    [&](error_code ec, std::size_t) {
                      CAF_CHECK(!ec);
                      ++done;
                    });
  std::string answer(6, '\0');
  asio::async_read(*client.tls, asio::buffer(answer),
                   [&](error_code ec, std::size_t) {
                     CAF_CHECK(!ec);
                     ++done;
                   });
  run([&] { return done == 5; });
  CAF_CHECK_EQUAL(answer, "answer");
}

CAF_TEST(a socket that is closed ends who waits) {
  char byte;
  auto done = 0;
  error_code ended;
  client.tls->async_read_some(asio::buffer(&byte, 1),
                              [&](error_code ec, std::size_t) {
                                ended = ec;
                                ++done;
                              });
  client.tcp.socket().close();
  run([&] { return done == 1; });
  CAF_CHECK(ended == asio::error::operation_aborted);
  // And whoever comes then.
  client.tls->async_write_some(asio::buffer(&byte, 1),
                               [&](error_code ec, std::size_t) {
                                 CAF_CHECK(ec);
                                 ++done;
                               });
  run([&] { return done == 2; });
}

CAF_TEST_FIXTURE_SCOPE_END()
