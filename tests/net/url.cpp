#define CAF_SUITE net_url

#include "net/url.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

/// The parts as "scheme|host|port|target", or "none".
std::string parts(std::string_view text) {
  auto x = parse_url(text);
  return x ? x->scheme + '|' + x->host + '|' + std::to_string(x->port) + '|'
                 + x->target
           : "none";
}

} // namespace

CAF_TEST(the parts of a URL) {
  CAF_CHECK_EQUAL(parts("wss://gateway.discord.gg"),
                  "wss|gateway.discord.gg|443|/");
  CAF_CHECK_EQUAL(parts("ws://localhost:8080/a/b?c=d&e"),
                  "ws|localhost|8080|/a/b?c=d&e");
  CAF_CHECK_EQUAL(parts("http://a/"), "http|a|80|/");
  CAF_CHECK_EQUAL(parts("https://a?x=1"), "https|a|443|/?x=1");
  CAF_CHECK_EQUAL(parts("https://a/b#part"), "https|a|443|/b");
  CAF_CHECK_EQUAL(parts("https://a#part"), "https|a|443|/");
  CAF_CHECK_EQUAL(parts("ws://[::1]:9000/x"), "ws|::1|9000|/x");
  CAF_CHECK_EQUAL(parts("wss://[::1]"), "wss|::1|443|/");
  CAF_CHECK_EQUAL(parts("ws://a:65535"), "ws|a|65535|/");
}

CAF_TEST(what is no URL of ours is refused) {
  for (std::string_view text : {"",
                                "discord.com",
                                "://a",
                                "ftp://a",
                                "WSS://a",
                                "ws:/a",
                                "ws//a",
                                "ws://",
                                "ws:///path",
                                "ws://:80",
                                "ws://a:",
                                "ws://a:0",
                                "ws://a:65536",
                                "ws://a:-1",
                                "ws://a:8x",
                                "ws://a: 80",
                                "ws://user@a",
                                "ws://user:word@a",
                                "ws://a b",
                                "ws://a/\n",
                                "ws://a/\xC3\xA9",
                                "ws://[::1",
                                "ws://[::1]x",
                                "ws://[]",
                                "ws://[::1]:"}) {
    CAF_MESSAGE("text: '" << std::string{text} << "'");
    CAF_CHECK_EQUAL(parts(text), "none");
  }
  CAF_CHECK_EQUAL(parts(std::string_view{"ws://a\0b", 8}), "none");
}

CAF_TEST(an at sign in the path is no user) {
  CAF_CHECK_EQUAL(parts("ws://a/@b"), "ws|a|80|/@b");
}

CAF_TEST(the authority leaves out the port of the scheme) {
  CAF_CHECK_EQUAL(parse_url("wss://a:443/")->authority(), "a");
  CAF_CHECK_EQUAL(parse_url("wss://a:80/")->authority(), "a:80");
  CAF_CHECK_EQUAL(parse_url("ws://a:80/")->authority(), "a");
  CAF_CHECK_EQUAL(parse_url("http://[::1]:81/")->authority(), "[::1]:81");
  CAF_CHECK(parse_url("wss://a")->encrypted());
  CAF_CHECK(parse_url("https://a")->encrypted());
  CAF_CHECK(!parse_url("ws://a")->encrypted());
  CAF_CHECK(!parse_url("http://a")->encrypted());
}

CAF_TEST(a query replaces that of the base) {
  CAF_CHECK_EQUAL(with_query("wss://a", "v=10"), "wss://a/?v=10");
  CAF_CHECK_EQUAL(with_query("wss://a/", "v=10"), "wss://a/?v=10");
  CAF_CHECK_EQUAL(with_query("wss://a/?v=9&x", "v=10"), "wss://a/?v=10");
  CAF_CHECK_EQUAL(with_query("wss://a?v=9", "v=10"), "wss://a/?v=10");
  CAF_CHECK_EQUAL(with_query("wss://a/b?v=9", "v=10"), "wss://a/b?v=10");
}

CAF_TEST(a location is an address or relative to one) {
  auto from = *parse_url("https://a.test:8443/api/v10/gateway?x=y");
  const std::pair<const char*, const char*> cases[] = {
      {"https://b.test/x", "https://b.test/x"},
      {"//b.test/x", "https://b.test/x"},
      {"/x?y#z", "https://a.test:8443/x?y"},
      {"x", "https://a.test:8443/api/v10/x"},
      {"?q", "https://a.test:8443/api/v10/gateway?q"},
      {"", "https://a.test:8443/api/v10/gateway?x=y"},
      {"http://a.test:8443/", "http://a.test:8443/"},
  };
  for (auto [location, expected] : cases) {
    CAF_MESSAGE(location);
    auto to = at_location(from, location);
    CAF_REQUIRE(to.has_value());
    CAF_CHECK_EQUAL(to->scheme + "://" + to->authority() + to->target,
                    expected);
  }
  for (auto location : {"ftp://a.test/", "https://", "https://u@a.test/",
                        "mailto:x", "/a b", "/\r\nX: y", "//"}) {
    CAF_MESSAGE(location);
    CAF_CHECK(!at_location(from, location));
  }
}

CAF_TEST(an origin is scheme and host and port) {
  auto a = *parse_url("https://a.test/x");
  CAF_CHECK(same_origin(a, *parse_url("https://A.TEST:443/y")));
  for (auto other :
       {"http://a.test/x", "http://a.test:443/x", "https://a.test:444/x",
        "https://b.test/x", "https://a.test.b/x", "wss://a.test/x"})
    CAF_CHECK(!same_origin(a, *parse_url(other)));
}
