#define CAF_SUITE net_proxy_handshake

#include "net/proxy_handshake.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

using status = proxy_handshake::status;

proxy_address proxy(const std::string& text) {
  proxy_address x;
  CAF_REQUIRE_EQUAL(proxy_address::parse(text, x), "");
  return x;
}

proxy_handshake with(const std::string& text,
                     const std::string& host = "discord.test",
                     std::uint16_t port = 443) {
  return {proxy(text), host, port, "bot"};
}

std::string bytes(std::initializer_list<int> all) {
  std::string result;
  for (auto x : all)
    result += static_cast<char>(x);
  return result;
}

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != text.npos;
}

/// An HTTP proxy answers so, in pieces of that size.
proxy_handshake answered(const std::string& answer, std::size_t piece = 1000,
                         const std::string& to = "http://u:hidden@p:1") {
  auto x = with(to);
  x.next();
  for (std::size_t i = 0; i < answer.size(); i += piece)
    x.feed(answer.substr(i, piece));
  return x;
}

/// What SOCKS5 says before the answer to CONNECT.
proxy_handshake greeted(const std::string& host = "discord.test") {
  auto x = with("socks5://p:1", host);
  x.next();
  x.feed(bytes({5, 0}));
  x.next();
  return x;
}

} // namespace

CAF_TEST(HTTP is asked to connect to the name) {
  auto x = with("http://p:1");
  CAF_CHECK(x.state() == status::write);
  CAF_CHECK_EQUAL(x.next(), "CONNECT discord.test:443 HTTP/1.1\r\n"
                            "Host: discord.test:443\r\n"
                            "User-Agent: bot\r\n\r\n");
  CAF_CHECK(x.state() == status::more);
  CAF_CHECK(x.feed("HTTP/1.1 200 Connection established\r\n\r\n")
            == status::done);
  CAF_CHECK(
      has(with("http://p:1", "fd00::1").next(), "CONNECT [fd00::1]:443 "));
  CAF_CHECK(has(with("http://user:pass@p:1").next(),
                "\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n"));
  CAF_CHECK(has(with("http://a@p:1").next(), "Basic YTo=\r\n"));
}

CAF_TEST(HTTP answers in any pieces) {
  for (std::size_t piece : {1, 2, 7, 100})
    for (auto answer :
         {"HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200\r\nX: y\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 x\r\nA: b\r\n\r\n"
          "HTTP/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\nX: y\n\n",
          "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n"})
      CAF_CHECK(answered(answer, piece).state() == status::done);
}

CAF_TEST(interim answers without an end are given up) {
  auto x = with("http://p:1");
  x.next();
  std::size_t heard = 0;
  for (; x.state() == status::more && heard < 100'000; heard += 25)
    x.feed("HTTP/1.1 100 Continue\r\n\r\n");
  CAF_CHECK(x.state() == status::failed);
  CAF_CHECK(has(x.sentence(), "come to an end"));
}

CAF_TEST(what HTTP refuses is told with the mend) {
  for (auto [answer, says] : std::vector<std::pair<std::string, std::string>>{
           {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "check user and password"},
           {"HTTP/1.0 401 Unauthorized\r\n\r\n", "check user and password"},
           {"HTTP/1.1 403 Forbidden\r\n\r\n", "403 Forbidden"},
           {"HTTP/1.1 502 Bad Gateway\r\nX: y\r\n\r\nbody", "502"},
           {"HTTP/1.1 101 Switching\r\n\r\n", "101"},
           {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 502 x\r\n\r\n", "502"},
           {"HTTP/1.1\r\n\r\n", "answers"},
           {"HTTP/1.1 2x0 OK\r\n\r\n", "answers"},
           {"HTTP/1.1  200 OK\r\n\r\n", "answers"},
           {"\x05\xff", "SOCKS5"},
           {"SSH-2.0-x\r\n", "SOCKS5"},
           {"HTTP/2.0 200 OK\r\n\r\n", "does not speak HTTP"},
           {"HTTP/1.1 200 OK\r\n\r\nx", "says more"},
           {std::string("HTTP/1.1 200 ") + std::string(20'000, 'x'),
            "come to an end"}}) {
    auto x = answered(answer);
    CAF_CHECK(x.state() == status::failed);
    CAF_CHECK(has(x.sentence(), "the proxy p:1 "));
    if (!has(x.sentence(), says) || has(x.sentence(), "hidden"))
      CAF_ERROR(x.sentence());
  }
  CAF_CHECK(has(answered("HTTP/1.1 407 x\r\n\r\n", 9, "http://p:1").sentence(),
                "wants a login"));
  // What it says cannot end a line of a log.
  auto x = answered("HTTP/1.1 500 a\x1b[31m\nb\r\n\r\n");
  CAF_CHECK(x.sentence().find_first_of("\n\x1b") == std::string::npos);
}

CAF_TEST(SOCKS5 is asked to connect to the name) {
  auto x = with("socks5://p:1");
  CAF_CHECK_EQUAL(x.next(), bytes({5, 1, 0}));
  CAF_CHECK(x.feed(bytes({5})) == status::more);
  CAF_CHECK(x.feed(bytes({0})) == status::write);
  CAF_CHECK_EQUAL(x.next(),
                  bytes({5, 1, 0, 3, 12}) + "discord.test" + bytes({1, 187}));
  CAF_CHECK(x.feed(bytes({5, 0, 0, 1, 9, 9, 9, 9, 0})) == status::more);
  CAF_CHECK(x.feed(bytes({1})) == status::done);
}

CAF_TEST(SOCKS5 is told addresses as such) {
  auto x = with("socks5://p:1", "10.1.2.3", 80);
  x.next();
  x.feed(bytes({5, 0}));
  CAF_CHECK_EQUAL(x.next(), bytes({5, 1, 0, 1, 10, 1, 2, 3, 0, 80}));
  auto y = with("socks5://p:1", "::1", 80);
  y.next();
  y.feed(bytes({5, 0}));
  CAF_CHECK_EQUAL(y.next(), bytes({5, 1, 0, 4}) + std::string(15, '\0')
                                + bytes({1, 0, 80}));
}

CAF_TEST(SOCKS5 may want a login) {
  auto x = with("socks5://user:pass@p:1");
  CAF_CHECK_EQUAL(x.next(), bytes({5, 2, 0, 2}));
  CAF_CHECK(x.feed(bytes({5, 2})) == status::write);
  CAF_CHECK_EQUAL(x.next(), bytes({1, 4}) + "user" + bytes({4}) + "pass");
  CAF_CHECK(x.feed(bytes({1, 0})) == status::write);
  CAF_CHECK_EQUAL(x.next().substr(0, 4), bytes({5, 1, 0, 3}));
  auto open = with("socks5://user:pass@p:1");
  open.next();
  CAF_CHECK(open.feed(bytes({5, 0})) == status::write); // it need not
  CAF_CHECK_EQUAL(open.next().substr(0, 4), bytes({5, 1, 0, 3}));
}

CAF_TEST(SOCKS5 answers with any address in any pieces) {
  for (auto& address : {bytes({1}) + "abcd", bytes({4}) + std::string(16, 'x'),
                        bytes({3, 4}) + "name", bytes({3, 0}),
                        bytes({3, 255}) + std::string(255, 'y')}) {
    auto answer = bytes({5, 0, 0}) + address + "PP";
    auto whole = greeted();
    CAF_CHECK(whole.feed(answer) == status::done);
    auto pieces = greeted();
    for (auto c : answer) {
      CAF_CHECK(pieces.state() == status::more);
      pieces.feed({&c, 1});
    }
    CAF_CHECK(pieces.state() == status::done);
    auto more = greeted();
    CAF_CHECK(more.feed(answer + "!") == status::failed);
  }
}

CAF_TEST(what SOCKS5 refuses is told with the mend) {
  auto first = [](const std::string& answer, const char* to) {
    auto x = with(to);
    x.next();
    x.feed(answer);
    CAF_CHECK(x.state() == status::failed);
    return x.sentence();
  };
  CAF_CHECK(has(first(bytes({5, 255}), "socks5://p:1"), "wants a login"));
  CAF_CHECK(has(first(bytes({5, 2}), "socks5://p:1"), "wants a login"));
  CAF_CHECK(has(first(bytes({5, 255}), "socks5://u:p@p:1"), "takes no login"));
  CAF_CHECK(has(first("HTTP/1.1 400", "socks5://p:1"), "one of HTTP"));
  CAF_CHECK(has(first(bytes({4}), "socks5://p:1"), "SOCKS5"));
  auto login = with("socks5://u:hidden@p:1");
  login.next();
  login.feed(bytes({5, 2}));
  login.next();
  CAF_CHECK(login.feed(bytes({1, 1})) == status::failed);
  CAF_CHECK(has(login.sentence(), "check user and password"));
  CAF_CHECK(!has(login.sentence(), "hidden"));
  for (auto code = 1; code < 256; ++code) {
    auto x = greeted();
    CAF_CHECK(x.feed(bytes({5, code, 0, 1, 0, 0, 0, 0, 0, 0}))
              == status::failed);
    CAF_CHECK(has(x.sentence(), "the proxy p:1 does not connect to "
                                "discord.test:443: "));
  }
  auto odd = greeted();
  CAF_CHECK(odd.feed(bytes({5, 0, 0, 7, 0})) == status::failed);
}

CAF_TEST(one that hangs up has failed unless it was done) {
  for (auto to : {"http://p:1", "socks5://p:1"}) {
    auto x = with(to);
    x.next();
    x.end();
    CAF_CHECK(x.state() == status::failed);
    CAF_CHECK(has(x.sentence(), "hung up"));
  }
  auto done = answered("HTTP/1.1 200 OK\r\n\r\n");
  done.end();
  CAF_CHECK(done.state() == status::done);
}

CAF_TEST(no name of a server ends the line) {
  for (auto host : {"a\r\nX: y", "", "a b", "a/b", "u@a"}) {
    auto x = with("http://p:1", host);
    CAF_CHECK(x.state() == status::failed);
  }
  CAF_CHECK(with("http://p:1", "discord.test.").state() == status::write);
  CAF_CHECK(with("socks5://p:1", std::string(300, 'a')).state()
            == status::failed);
}
