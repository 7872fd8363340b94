#define CAF_SUITE net_proxy_policy

#include "net/proxy_policy.hpp"

#include <map>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

using variables = std::map<std::string, std::string>;

proxy_policy policy(const std::string& setting, const variables& all = {}) {
  proxy_policy result;
  auto env = [&](const char* name) -> std::string {
    auto i = all.find(name);
    return i == all.end() ? "" : i->second;
  };
  if (auto wrong = proxy_policy::make(setting, env, result); !wrong.empty())
    CAF_FAIL(wrong);
  return result;
}

/// Where it goes; "" is directly.
std::string way(const proxy_policy& x, const char* to) {
  auto parsed = parse_url(to);
  CAF_REQUIRE(parsed);
  std::string wrong;
  auto proxy = x.proxy_for(*parsed, wrong);
  if (!wrong.empty())
    return wrong;
  return proxy == nullptr ? "" : proxy->text();
}

constexpr auto gateway = "wss://gateway.discord.gg/?v=10";

} // namespace

CAF_TEST(a proxy that is set is for all) {
  auto x = policy("socks5://p:1",
                  {{"HTTPS_PROXY", "http://q:2"}, {"NO_PROXY", "*"}});
  for (auto to : {gateway, "https://discord.com/api/v10", "http://a/",
                  "ws://127.0.0.1:1/", "https://localhost/"})
    CAF_CHECK_EQUAL(way(x, to), "p:1");
}

CAF_TEST(none is none) {
  CAF_CHECK_EQUAL(way(policy("none", {{"ALL_PROXY", "http://q:2"}}), gateway),
                  "");
  CAF_CHECK_EQUAL(way(policy(""), gateway), "");
  CAF_CHECK_EQUAL(way(proxy_policy{}, gateway), "");
}

CAF_TEST(the environment has one for what is encrypted and one for all) {
  auto both = policy("", {{"HTTPS_PROXY", "p:1"}, {"ALL_PROXY", "q:2"}});
  CAF_CHECK_EQUAL(way(both, gateway), "p:1");
  CAF_CHECK_EQUAL(way(both, "https://discord.com/"), "p:1");
  CAF_CHECK_EQUAL(way(both, "ws://a.test/"), "q:2");
  auto secure = policy("", {{"HTTPS_PROXY", "p:1"}});
  CAF_CHECK_EQUAL(way(secure, "http://a.test/"), "");
  auto all = policy("", {{"all_proxy", "q:2"}});
  CAF_CHECK_EQUAL(way(all, gateway), "q:2");
  auto small = policy("", {{"https_proxy", " s:3 "}, {"HTTPS_PROXY", "p:1"}});
  CAF_CHECK_EQUAL(way(small, gateway), "s:3");
}

CAF_TEST(servers of this machine have to be excepted like others) {
  auto x = policy("", {{"ALL_PROXY", "q:2"}});
  CAF_CHECK_EQUAL(way(x, "ws://127.0.0.1:8080/"), "q:2");
  auto y = policy(
      "", {{"ALL_PROXY", "q:2"}, {"NO_PROXY", "localhost,127.0.0.0/8,::1"}});
  for (auto to : {"ws://127.0.0.1:8080/", "https://localhost/",
                  "http://LOCALHOST.:1/", "wss://[::1]/", "ws://127.8.0.1/"})
    CAF_CHECK_EQUAL(way(y, to), "");
  CAF_CHECK_EQUAL(way(y, "ws://localhost.test/"), "q:2");
}

CAF_TEST(NO_PROXY names domains and addresses and networks) {
  auto is_excepted = [](const std::string& list, const char* to) {
    return way(policy("", {{"ALL_PROXY", "q:2"}, {"NO_PROXY", list}}), to)
        .empty();
  };
  for (auto list :
       {"*", "discord.gg", ".discord.gg", "*.discord.gg", "DISCORD.GG",
        "discord.gg.", "a.test, gateway.discord.gg", "a.test discord.gg",
        ",,discord.gg,", "gateway.discord.gg:443", "gg"})
    if (!is_excepted(list, gateway))
      CAF_ERROR(list);
  for (auto list :
       {"", "scord.gg", "x.discord.gg", "gateway.discord.gg:8443", "discord",
        "gateway", "discord.gg/", "gateway.discord.gg.evil", ".",
        "discord.gg:abc", "discord.gg:99999", "discord.gg:", "discord.gg:0"})
    if (is_excepted(list, gateway))
      CAF_ERROR(list);
  for (auto list :
       {"10.1.2.3", "10.0.0.0/8", "10.1.2.3/32", "10.1.2.3:443", "0.0.0.0/0"})
    if (!is_excepted(list, "wss://10.1.2.3/"))
      CAF_ERROR(list);
  for (auto list : {"10.1.2.4", "11.0.0.0/8", "2.3", ".2.3", "10.1.2.3:80",
                    "10.0.0.0/33", "fd00::/8"})
    if (is_excepted(list, "wss://10.1.2.3/"))
      CAF_ERROR(list);
  for (auto list :
       {"fd00::1", "[fd00::1]", "fd00:0::1", "fd00::/8", "[fd00::1]:443"})
    if (!is_excepted(list, "wss://[fd00::1]/"))
      CAF_ERROR(list);
  for (auto list : {"fd00::2", "fe00::/8", "[fd00::1]:80", "10.0.0.0/8"})
    if (is_excepted(list, "wss://[fd00::1]/"))
      CAF_ERROR(list);
  CAF_CHECK(is_excepted("10.0.0.0/8", "wss://[::ffff:10.1.2.3]/"));
}

CAF_TEST(a variable that is no proxy is told where it is used) {
  for (auto name : {"HTTPS_PROXY", "all_proxy"}) {
    auto x = policy(
        "", {{name, "gopher://u:hidden@a:1"}, {"NO_PROXY", "other.test"}});
    auto wrong = way(x, gateway);
    CAF_CHECK(wrong.find(name) == 0);
    CAF_CHECK(wrong.find("write http://") != wrong.npos);
    CAF_CHECK(wrong.find("hidden") == wrong.npos);
    CAF_CHECK_EQUAL(way(x, "wss://other.test/"), "");
  }
  auto x = policy("", {{"HTTPS_PROXY", "gopher://a"}});
  CAF_CHECK_EQUAL(way(x, "http://a.test/"), "");
}
