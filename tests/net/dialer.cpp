#define CAF_SUITE net_dialer

#include "net/dialer.hpp"

#include <vector>

#include <openssl/evp.h>

#include "net/tls_impl.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto loopback = "127.0.0.1";

/// Swallows what asks to connect: its queue is full.
struct black_hole {
  explicit black_hole(asio::io_context& io) : acceptor(io, tcp::v4()) {
    acceptor.bind({asio::ip::make_address(loopback), 0});
    acceptor.listen(0);
    for (int i = 0; i < 4; ++i) {
      fill.emplace_back(io, tcp::v4());
      fill.back().native_non_blocking(true);
      auto to = acceptor.local_endpoint(); // some stay under way
      ::connect(fill.back().native_handle(), to.data(), to.size());
    }
  }

  tcp::acceptor acceptor;
  std::vector<tcp::socket> fill;
};

struct fixture {
  /// An address that refuses.
  tcp::endpoint refused() {
    tcp::acceptor x{io, {asio::ip::make_address("127.0.0.2"), 0}};
    return x.local_endpoint();
  }

  /// Dials these addresses to its end.
  void dial(std::vector<tcp::endpoint> addresses) {
    auto on = asio::make_strand(io);
    stream =
        std::make_shared<wire_stream>(boost::beast::tcp_stream{on}, nullptr);
    way = std::make_shared<dialer>(on, cfg);
    url to;
    to.scheme = "ws";
    to.host = "host.test";
    to.port = 80;
    way->dial(stream, to, std::move(addresses),
              [this](errc e, std::string what) {
                ++calls;
                error = e;
                sentence = std::move(what);
              });
    auto begin = std::chrono::steady_clock::now();
    io.restart();
    while (calls == 0 && io.run_one_for(20s) != 0) {
    }
    took = std::chrono::steady_clock::now() - begin;
    io.run_for(0s); // what comes after the end
    io.poll();
    CAF_CHECK_EQUAL(calls, 1);
  }

  settings cfg;
  asio::io_context io;
  tcp::acceptor good{io, {asio::ip::make_address(loopback), 0}};
  std::shared_ptr<wire_stream> stream;
  std::shared_ptr<dialer> way;
  int calls = 0;
  errc error{};
  std::string sentence;
  timespan took{0};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(dialer_tests, fixture)

CAF_TEST(an address that refuses costs no time) {
  dial({refused(), refused(), good.local_endpoint()});
  CAF_CHECK_EQUAL(error, errc{});
  CAF_CHECK(stream->next_layer().socket().remote_endpoint()
            == good.local_endpoint());
}

CAF_TEST(an address that swallows packets costs a moment) {
  black_hole hole{io};
  dial({hole.acceptor.local_endpoint(), good.local_endpoint()});
  CAF_CHECK_EQUAL(error, errc{});
  CAF_CHECK(took >= address_race::stagger);
  CAF_CHECK(took < cfg.connect_timeout);
  CAF_CHECK(stream->next_layer().socket().remote_endpoint()
            == good.local_endpoint());
  // It is the winner's socket that works.
  auto peer = good.accept();
  asio::write(peer, asio::buffer("hi", 2));
  char bytes[2];
  auto read = stream->next_layer().socket().read_some(asio::buffer(bytes));
  CAF_CHECK_EQUAL(std::string(bytes, read), "hi");
}

CAF_TEST(all addresses share one time) {
  cfg.connect_timeout = 300ms;
  black_hole a{io}, b{io};
  dial({a.acceptor.local_endpoint(), b.acceptor.local_endpoint()});
  CAF_CHECK_EQUAL(error, errc::timed_out);
  CAF_CHECK(took >= cfg.connect_timeout);
}

CAF_TEST(when all have failed it ends with the reason) {
  dial({refused(), refused()});
  CAF_CHECK_EQUAL(error, errc::connect_failed);
  CAF_CHECK(sentence.find("host.test") != std::string::npos);
  CAF_CHECK(sentence.find("refused") != std::string::npos);
}

CAF_TEST(a host without addresses ends) {
  dial({});
  CAF_CHECK_EQUAL(error, errc::connect_failed);
  CAF_CHECK(sentence.find("no address") != std::string::npos);
}

CAF_TEST(what is cancelled says nothing) {
  black_hole hole{io};
  cfg.connect_timeout = 50ms;
  auto on = asio::make_strand(io);
  stream = std::make_shared<wire_stream>(boost::beast::tcp_stream{on}, nullptr);
  way = std::make_shared<dialer>(on, cfg);
  way->dial(stream, url{"ws", "host.test", 80, "/"},
            {hole.acceptor.local_endpoint(), good.local_endpoint()},
            [this](errc, std::string) { ++calls; });
  way->cancel();
  io.run(); // to its end: nothing is left waiting
  CAF_CHECK_EQUAL(calls, 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
