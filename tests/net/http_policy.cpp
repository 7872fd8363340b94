#define CAF_SUITE net_http_policy

#include "net/http_policy.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

const http_policy ours{{"bot.internal", "10.0.0.7"}, {"/metrics", "/status"}};

http_ruling get(std::string_view host, std::string_view target = "/metrics",
                std::string_view method = "GET", std::size_t hosts = 1) {
  return ours.judge({method, target, host, hosts}, "192.168.1.2");
}

} // namespace

CAF_TEST(what there is may be asked for by a name of the server) {
  for (auto host : {"localhost", "LOCALHOST:9100", "localhost.", "127.0.0.1",
                    "127.8.9.1:80", "[::1]", "[::1]:9100", "192.168.1.2",
                    "192.168.1.2:9100", "bot.internal", "Bot.Internal:1",
                    "10.0.0.7:9100", " localhost "}) {
    auto x = get(host);
    CAF_CHECK_EQUAL(x.status, 200u);
    CAF_CHECK_EQUAL(x.path, "/metrics");
    CAF_CHECK(!x.head_only);
  }
}

CAF_TEST(another name is refused) {
  for (auto host : {"evil.test", "evil.test:9100", "localhost.evil.test",
                    "127.0.0.1.evil.test", "10.0.0.8", "[::2]", "xlocalhost",
                    "bot.internal.evil.test", "0.0.0.0"}) {
    auto x = get(host);
    CAF_CHECK_EQUAL(x.status, 403u);
    CAF_CHECK(x.sentence.find("--http-host") != std::string::npos);
  }
}

CAF_TEST(what is no name is no request) {
  for (auto host : {"", " ", ":80", "[::1", "localhost:80x", "[::1]80",
                    "local\thost", "a'b", "a\"b", "\x80"})
    CAF_CHECK_EQUAL(get(host).status, 400u);
  CAF_CHECK_EQUAL(get(std::string(300, 'a')).status, 400u);
  CAF_CHECK_EQUAL(get("localhost", "/metrics", "GET", 0).status, 400u);
  CAF_CHECK_EQUAL(get("localhost", "/metrics", "GET", 2).status, 400u);
}

CAF_TEST(a query is passed over) {
  CAF_CHECK_EQUAL(get("localhost", "/status?a=b").path, "/status");
}

CAF_TEST(the host of a target as a proxy is asked holds) {
  for (auto target : {"http://localhost/status", "HTTP://127.0.0.1:80/status",
                      "http://bot.internal:9100/status?x=http://y/"}) {
    auto x = get("evil.test", target);
    CAF_CHECK_EQUAL(x.status, 200u);
    CAF_CHECK_EQUAL(x.path, "/status");
  }
  CAF_CHECK_EQUAL(get("localhost", "http://evil.test/status").status, 403u);
  CAF_CHECK_EQUAL(get("localhost", "http://localhost?x").status, 404u);
  CAF_CHECK_EQUAL(get("localhost", "http://localhost").status, 404u);
  CAF_CHECK_EQUAL(get("localhost", "http:///status").status, 400u);
  CAF_CHECK_EQUAL(get("localhost", "http://u:p@localhost/status").status, 400u);
}

CAF_TEST(what there is not is told) {
  for (auto target : {"/", "", "*", "/metrics/", "/metricsx", "/../status",
                      "//status", "/%6detrics", "https://localhost/status"}) {
    auto x = get("localhost", target);
    CAF_CHECK_EQUAL(x.status, 404u);
    CAF_CHECK(x.sentence.find("/metrics, /status") != std::string::npos);
  }
}

CAF_TEST(nothing but GET and HEAD is permitted) {
  for (auto method : {"POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "get", ""})
    CAF_CHECK_EQUAL(get("localhost", "/status", method).status, 405u);
  for (auto host : {"localhost", "evil.test", ""})
    CAF_CHECK(get(host, "/none", "HEAD").head_only);
  auto x = get("localhost", "/status", "HEAD");
  CAF_CHECK_EQUAL(x.status, 200u);
  CAF_CHECK(x.head_only);
}
