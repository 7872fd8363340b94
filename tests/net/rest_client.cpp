#define CAF_SUITE net_rest_client

#include "net/rest_client.hpp"

#include <future>

#include "messages/errc.hpp"
#include "tests/support/server_end.hpp"

using namespace muster;
using namespace muster::test;

namespace {

struct fixture : server_fixture {
  fixture() {
    cfg.rest_url = address("http") + "/api/v10/?x=y";
    secret = std::make_shared<const token>(*token::parse("s3cret"));
  }

  std::future<gateway_answer> ask() {
    auto promise = std::make_shared<std::promise<gateway_answer>>();
    make_rest_lookup(*loop, our_tls, cfg, secret)(
        [promise](gateway_answer x) { promise->set_value(std::move(x)); });
    return promise->get_future();
  }

  gateway_answer wait(std::future<gateway_answer>& x) {
    if (x.wait_for(20s) != std::future_status::ready)
      CAF_FAIL("no answer came");
    return x.get();
  }

  /// Asks and is told these, one a connection. Gives the outcome, and keeps
  /// the requests.
  gateway_answer ask(const std::vector<std::string>& answers) {
    auto result = ask();
    requests.clear();
    for (auto& text : answers) {
      gateway_end server{acceptor.accept(), nullptr};
      requests.push_back(server.read_request());
      try {
        server.write(text);
      } catch (const boost::system::system_error&) {
        // the client has read enough
      }
    }
    return wait(result);
  }

  bool says(const gateway_answer& x, std::string_view words) {
    CAF_MESSAGE(sentence_of(x.error));
    return sentence_of(x.error).find(words) != std::string::npos;
  }

  std::string redirect(int status, const std::string& to) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nLocation: " + to
           + "\r\nContent-Length: 0\r\n\r\n";
  }

  std::shared_ptr<const token> secret;
  std::vector<std::string> requests;
};

const std::string body = R"({"url":"ws://a","shards":3})";
const std::string found = "HTTP/1.1 200 OK\r\nContent-Length: "
                          + std::to_string(body.size()) + "\r\n\r\n" + body;

} // namespace

CAF_TEST_FIXTURE_SCOPE(rest_client_tests, fixture)

CAF_TEST(the request has what Discord asks for) {
  auto x = ask({found});
  CAF_CHECK(!x.error);
  CAF_CHECK_EQUAL(x.info.shards, 3u);
  auto& request = requests[0];
  CAF_CHECK_EQUAL(request.find("GET /api/v10/gateway/bot HTTP/1.1\r\nHost: "),
                  0u);
  CAF_CHECK(request.find("\r\nAuthorization: Bot s3cret\r\n")
            != std::string::npos);
  CAF_CHECK(request.find("\r\nUser-Agent: DiscordBot (https://")
            != std::string::npos);
}

CAF_TEST(interim answers and long headers are passed over) {
  auto x = ask({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
                "Link: </a>\r\n\r\nHTTP/1.1 200 OK\r\nX-Long: "
                + std::string(60'000, 'x') + "\r\n\r\n" + body});
  CAF_CHECK(!x.error);
  CAF_CHECK_EQUAL(x.info.url, "ws://a");
}

CAF_TEST(F1 a length without measure ends that lookup only) {
  for (auto head : {"Content-Length: 1000000000000\r\n\r\n",
                    "Content-Length: 18446744073709551615\r\n\r\n",
                    "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"}) {
    auto x = ask({std::string{"HTTP/1.1 200 OK\r\n"} + head + body});
    CAF_CHECK_EQUAL(code_of(x.error), errc::rest_failed);
    CAF_CHECK(says(x, "hung up before its answer was whole"));
    CAF_CHECK(!ask({found}).error);
  }
  auto x = ask({"HTTP/1.1 200 OK\r\n\r\n" + std::string(1 << 20, ' ')});
  CAF_CHECK(says(x, "larger than 64 KB"));
}

CAF_TEST(F1 a listener of the answer that throws ends nothing) {
  std::promise<void> called;
  make_rest_lookup(*loop, our_tls, cfg, secret)([&](gateway_answer) {
    called.set_value();
    throw std::bad_alloc{};
  });
  {
    gateway_end server{acceptor.accept(), nullptr};
    server.write(found);
  }
  called.get_future().wait();
  CAF_CHECK(!ask({found}).error);
}

CAF_TEST(redirects on the same server are followed) {
  for (auto status : {301, 302, 303, 307, 308}) {
    auto x = ask({redirect(status, "/v11/gateway/bot?a=b"), found});
    CAF_CHECK(!x.error);
    CAF_CHECK_EQUAL(requests[1].find("GET /v11/gateway/bot?a=b HTTP/1.1\r\n"),
                    0u);
    CAF_CHECK(requests[1].find("Bot s3cret") != std::string::npos);
  }
  CAF_CHECK(!ask({redirect(302, address("http") + "/1"), redirect(302, "2"),
                  redirect(302, "?3"), found})
                 .error);
  CAF_CHECK_EQUAL(requests[3].find("GET /2?3 HTTP/1.1\r\n"), 0u);
}

CAF_TEST(redirects have an end) {
  auto again = redirect(302, "/again");
  auto x = ask({again, again, again, again});
  CAF_CHECK_EQUAL(code_of(x.error), errc::rest_failed);
  CAF_CHECK(says(x, "more than 3"));
}

CAF_TEST(the token goes to no other server) {
  asio::ip::tcp::acceptor other{io, acceptor.local_endpoint().protocol()};
  other.bind({asio::ip::address_v4::loopback(), 0});
  other.listen();
  other.non_blocking(true);
  auto port = std::to_string(other.local_endpoint().port());
  for (auto to : {"http://127.0.0.1:" + port + "/", "//127.0.0.1:" + port,
                  address("https"), address("ws"),
                  "http://127.0.0.2" + address("http").substr(16),
                  "http://user@" + address("http").substr(7),
                  std::string{"http://"}, std::string{"gopher://x"}}) {
    auto x = ask({redirect(302, to)});
    CAF_CHECK_EQUAL(code_of(x.error), errc::rest_failed);
    CAF_CHECK(says(x, "HTTP 302 to "));
    CAF_CHECK(says(x, "not followed"));
    CAF_CHECK(!says(x, "s3cret"));
  }
  error_code ec;
  other.accept(ec);
  CAF_CHECK_EQUAL(ec, asio::error::would_block);
}

CAF_TEST(a refusal is a refusal without its body) {
  auto result = ask();
  {
    gateway_end server{acceptor.accept(), nullptr};
    server.read_request();
    server.write(
        "HTTP/1.1 503 No\r\nRetry-After: 9\r\nContent-Length: 5\r\n\r\n");
    server.hang_up();
  }
  auto x = wait(result);
  CAF_CHECK(says(x, "HTTP 503"));
  CAF_CHECK(x.retry_after == 9s);
}

CAF_TEST(headers without end are given up) {
  cfg.handshake_timeout = 200ms;
  auto result = ask();
  gateway_end server{acceptor.accept(), nullptr};
  server.read_request();
  server.write("HTTP/1.1 200 OK\r\nX: ");
  CAF_CHECK_EQUAL(code_of(wait(result).error), errc::timed_out);
}

CAF_TEST(a certificate that does not fit is told with the mend) {
  asio::ip::tcp::acceptor elsewhere{
      io, {asio::ip::make_address("127.0.0.2"), std::uint16_t{0}}};
  cfg.rest_url =
      "https://127.0.0.2:" + std::to_string(elsewhere.local_endpoint().port());
  auto result = ask();
  try {
    gateway_end{elsewhere.accept(), &their_tls};
  } catch (const boost::system::system_error&) {
    // the client says no
  }
  auto x = wait(result);
  CAF_CHECK_EQUAL(code_of(x.error), errc::certificate_refused);
  CAF_CHECK(says(x, "is not for this host, but for localhost, 127.0.0.1"));
}

CAF_TEST(an authority that is not trusted is named) {
  CAF_REQUIRE(!tls_context::make("", our_tls));
  cfg.rest_url = address("https");
  auto result = ask();
  try {
    gateway_end{acceptor.accept(), &their_tls};
  } catch (const boost::system::system_error&) {
    // the client says no
  }
  auto x = wait(result);
  CAF_CHECK_EQUAL(code_of(x.error), errc::certificate_refused);
  CAF_CHECK(says(x, "'simulated gateway CA' which is not trusted here"));
}

CAF_TEST(a loop that was stopped keeps no lookup) {
  for (auto scheme : {"http", "https"}) {
    loop = std::make_unique<io_loop>();
    cfg.rest_url = address(scheme);
    auto held = std::make_shared<int>();
    std::weak_ptr<int> kept = held;
    auto called = std::make_shared<std::atomic<bool>>(false);
    make_rest_lookup(*loop, our_tls, cfg, nullptr)(
        [called, held = std::move(held)](gateway_answer) { *called = true; });
    auto gateway = accept();
    gateway.wait_for_bytes();
    loop.reset();
    CAF_CHECK(!*called);
    CAF_CHECK(kept.expired());
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
