#define CAF_SUITE net_dialer_proxies

#include <thread>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "net/dialer.hpp"
#include "net/proxy_policy.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A proxy that reads the first request of one client and says `answer`.
struct fixture {
  void dial(const std::string& scheme, std::string answer, bool hang_up) {
    std::thread proxy{[&] {
      boost::system::error_code ec;
      tcp::socket client{server};
      door.accept(client, ec);
      asked.resize(scheme == "http" ? 20 : 3);
      asio::read(client, asio::buffer(asked), ec);
      for (auto c : answer) // each byte alone
        asio::write(client, asio::buffer(&c, 1), ec);
      if (hang_up)
        client.shutdown(tcp::socket::shutdown_send, ec);
      char ignored = 0;
      while (!ec)
        asio::read(client, asio::buffer(&ignored, 1), ec);
    }};
    cfg.proxy = scheme + "://u:hidden@127.0.0.1:"
                + std::to_string(door.local_endpoint().port());
    reach();
    proxy.join();
    CAF_CHECK_EQUAL(calls, 1);
    CAF_CHECK(sentence.find("hidden") == std::string::npos);
  }

  /// Dials by cfg.proxy, to its end.
  void reach() {
    auto on = asio::make_strand(io);
    auto stream =
        std::make_shared<wire_stream>(boost::beast::tcp_stream{on}, nullptr);
    auto way = std::make_shared<dialer>(on, cfg, proxy_policy::of(cfg));
    way->dial(stream, *parse_url("ws://gateway.test/"),
              [this](errc e, std::string what) {
                ++calls;
                error = e;
                sentence = std::move(what);
              });
    io.restart();
    while (calls == 0 && io.run_one_for(20s) != 0) {
    }
    io.run_for(0s);
    stream->next_layer().socket().close();
  }

  bool says(const std::string& what) {
    if (sentence.find(what) == std::string::npos)
      CAF_MESSAGE(sentence);
    return sentence.find(what) != std::string::npos;
  }

  settings cfg;
  asio::io_context io;
  asio::io_context server;
  tcp::acceptor door{server, {asio::ip::make_address("127.0.0.1"), 0}};
  std::string asked;
  int calls = 0;
  errc error{};
  std::string sentence;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(dialer_proxies_tests, fixture)

CAF_TEST(the name is the proxys to look up) {
  dial("http", "HTTP/1.1 200 OK\r\n\r\n", false);
  CAF_CHECK(error == errc{});
  CAF_CHECK_EQUAL(asked, "CONNECT gateway.test");
}

CAF_TEST(one that refuses is named) {
  dial("http", "HTTP/1.1 502 Bad Gateway\r\n\r\n", false);
  CAF_CHECK(error == errc::connect_failed);
  CAF_CHECK(says("does not connect to gateway.test:80"));
}

CAF_TEST(one that hangs up is named) {
  for (auto scheme : {"http", "socks5"}) {
    calls = 0;
    dial(scheme, "", true);
    CAF_CHECK(error == errc::connect_failed);
    CAF_CHECK(says("has hung up before it had answered"));
  }
}

CAF_TEST(one that says nothing is not waited for) {
  cfg.handshake_timeout = 50ms;
  dial("socks5", "\x05", false);
  CAF_CHECK(error == errc::timed_out);
  CAF_CHECK(says("the answer of the proxy 127.0.0.1:"));
}

CAF_TEST(one that never ends its answer is given up) {
  dial("http", "HTTP/1.1 200 OK\r\n" + std::string(20'000, 'x'), false);
  CAF_CHECK(error == errc::connect_failed);
  CAF_CHECK(says("come to an end"));
}

CAF_TEST(one that is not there is named) {
  door.close();
  cfg.proxy = "http://127.0.0.1:1";
  reach();
  CAF_CHECK(error == errc::connect_failed);
  CAF_CHECK(says("cannot connect to the proxy 127.0.0.1:1: "));
}

CAF_TEST_FIXTURE_SCOPE_END()
