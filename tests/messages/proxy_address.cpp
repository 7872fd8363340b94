#define CAF_SUITE messages_proxy_address

#include "messages/proxy_address.hpp"

#include "messages/settings.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

using kind = proxy_address::kind;

proxy_address parsed(std::string_view text) {
  proxy_address x;
  if (auto wrong = proxy_address::parse(text, x); !wrong.empty())
    CAF_ERROR(text << ": " << wrong);
  return x;
}

std::string wrong_with(std::string_view text) {
  proxy_address x;
  return proxy_address::parse(text, x);
}

} // namespace

CAF_TEST(a proxy has a kind and a place) {
  for (auto [text, is, where] :
       std::vector<std::tuple<const char*, kind, const char*>>{
           {"http://proxy.test:3128", kind::http, "proxy.test:3128"},
           {"HTTP://10.0.0.1:8080/", kind::http, "10.0.0.1:8080"},
           {"http://proxy.test", kind::http, "proxy.test:80"},
           {"proxy.test:3128", kind::http, "proxy.test:3128"},
           {"socks5://proxy.test", kind::socks5, "proxy.test:1080"},
           {"socks5h://[::1]:9050", kind::socks5, "[::1]:9050"},
           {"socks5://[fd00::1]", kind::socks5, "[fd00::1]:1080"}}) {
    auto x = parsed(text);
    CAF_CHECK(x.is == is);
    CAF_CHECK_EQUAL(x.text(), where);
    CAF_CHECK(x.user.empty());
  }
}

CAF_TEST(a login may have any byte that does not end a line) {
  auto x = parsed("http://u%40x:p%3A%2f%25@proxy.test:1");
  CAF_CHECK_EQUAL(x.user, "u@x");
  CAF_CHECK_EQUAL(x.password, "p:/%");
  CAF_CHECK_EQUAL(x.text(), "proxy.test:1");
  x = parsed("socks5://user:pa:ss@word@proxy.test:1");
  CAF_CHECK_EQUAL(x.user, "user");
  CAF_CHECK_EQUAL(x.password, "pa:ss@word");
  x = parsed("socks5://a%3Ab@proxy.test:1");
  CAF_CHECK_EQUAL(x.user, "a:b");
  CAF_CHECK(x.password.empty());
}

CAF_TEST(what is no proxy is refused without its secret) {
  for (auto text : {"",
                    "://",
                    "http://",
                    "https://u:hidden@proxy.test",
                    "ftp://a:1",
                    "socks4://u:hidden@a:1",
                    "http://u:hidden@",
                    "http://u:hidden@:80",
                    "http://u:hidden@a:0",
                    "http://u:hidden@a:65536",
                    "http://@a:1",
                    "http://:hidden@a:1",
                    "http://u:hidden%@a:1",
                    "http://u:hidden%4@a:1",
                    "http://u:hidden%0a@a:1",
                    "http://u:hidden%0D@a:1",
                    "http://u:hidden%00@a:1",
                    "http://u:hidden/x@a:1",
                    "http://a:1/hidden",
                    "http://a:1?hidden",
                    "http://a%3Ab:hidden@c:1",
                    "http://u:hidden@a b:1",
                    "http://u:hidden@[::1:1",
                    "hidden hidden",
                    "http://u:hidden@\r\nX: y"}) {
    auto wrong = wrong_with(text);
    if (wrong.empty() || wrong.find("hidden") != wrong.npos)
      CAF_ERROR(text << ": " << wrong);
    if (wrong.find("write") == wrong.npos && wrong.find("choose") == wrong.npos)
      CAF_ERROR("no mend: " << wrong);
  }
  CAF_CHECK(!wrong_with("http://u:" + std::string(256, 'x') + "@a:1").empty());
  CAF_CHECK(!wrong_with("http://" + std::string(256, 'x') + ":y@a:1").empty());
  CAF_CHECK(wrong_with("http://u:" + std::string(255, 'x') + "@a:1").empty());
}

CAF_TEST(settings take a proxy or none) {
  settings x;
  for (auto good : {"", "none", "socks5://u:p@a:1"}) {
    x.proxy = good;
    CAF_CHECK_EQUAL(check(x), "");
  }
  x.proxy = "gopher://u:hidden@a";
  CAF_CHECK_EQUAL(check(x).substr(0, 7), "proxy: ");
  CAF_CHECK(check(x).find("hidden") == std::string::npos);
}
