#define CAF_SUITE messages_node_address

#include "messages/node_address.hpp"

#include <tuple>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

std::string wrong_with(const std::string& text) {
  node_address ignored;
  return node_address::parse(text, ignored);
}

node_address parsed(const std::string& text) {
  node_address x;
  CAF_CHECK_EQUAL(node_address::parse(text, x), "");
  return x;
}

} // namespace

CAF_TEST(a host and a port are read and written alike) {
  for (auto [text, host, port] :
       {std::tuple{"10.0.0.7:7000", "10.0.0.7", 7000},
        {"[::1]:1", "::1", 1},
        {"[2001:db8::7]:65535", "2001:db8::7", 65535},
        {"localhost:80", "localhost", 80},
        {"bot-1.example.org:7000", "bot-1.example.org", 7000},
        {"muster_bot_1:7000", "muster_bot_1", 7000},
        {"7.a:7000", "7.a", 7000},
        {"0.0.0.0:7000", "0.0.0.0", 7000}}) {
    auto x = parsed(text);
    CAF_CHECK_EQUAL(x.host, host);
    CAF_CHECK_EQUAL(x.port, port);
    CAF_CHECK_EQUAL(x.text(), text);
  }
}

CAF_TEST(what is no address is refused with the mend) {
  for (auto text : {"",
                    "7000",
                    "a",
                    "a:",
                    ":7000",
                    "a:0",
                    "a:65536",
                    "a:-1",
                    "a:+1",
                    "a:7000x",
                    "a: 7000",
                    "a b:7000",
                    "a/b:7000",
                    "-a:7000",
                    "a-:7000",
                    "a..b:7000",
                    ".a:7000",
                    "a.:7000",
                    "10.0.0.256:7000",
                    "10.0.0:7000",
                    "1:7000",
                    "[]:7000",
                    "[a]:7000",
                    "[10.0.0.7]:7000",
                    "[::1]7000",
                    "[::1]",
                    "::1",
                    "::1:7000",
                    "2001:db8::7:7000",
                    "[::1:7000",
                    "a:b:7000",
                    "http://a:7000",
                    "a@b:7000",
                    "[fe80::1%eth0]:7000"}) {
    CAF_MESSAGE(text);
    auto wrong = wrong_with(text);
    CAF_CHECK(wrong.find("; write ") != std::string::npos);
  }
  CAF_CHECK_NOT_EQUAL(wrong_with(std::string(64, 'a') + ":7000"), "");
  CAF_CHECK_NOT_EQUAL(wrong_with(std::string("a\0b:7000", 8)), "");
  CAF_CHECK_NOT_EQUAL(wrong_with(std::string("10.0.0.7\0x:7000", 15)), "");
  std::string name;
  for (int i = 0; i < 63; ++i)
    name += "abc.";
  CAF_CHECK_EQUAL(wrong_with(name + "d:7000"), ""); // of 253 characters
  CAF_CHECK_NOT_EQUAL(wrong_with(name + "de:7000"), "");
}

CAF_TEST(an IPv6 address without brackets is told so) {
  for (auto text : {"::1", "::1:7000", "[::1]"})
    CAF_CHECK(wrong_with(text).find("[::1]:7000") != std::string::npos);
}

CAF_TEST(what only this machine reaches is known) {
  for (auto host : {"127.0.0.1", "127.3.2.1", "::1", "localhost", "LocalHost",
                    "::ffff:127.0.0.1"})
    CAF_CHECK(is_loopback(host));
  for (auto host : {"", "10.0.0.7", "0.0.0.0", "::", "::2", "127.example.org",
                    "localhost.example.org", "::ffff:10.0.0.7", "128.0.0.1"})
    CAF_CHECK(!is_loopback(host));
  CAF_CHECK(parsed("[::1]:7").is_loopback());
  CAF_CHECK(!parsed("[::]:7").is_loopback());
}

CAF_TEST(all addresses are told from one) {
  for (auto text :
       {"0.0.0.0:1", "[::]:1", "[0:0:0:0:0:0:0:0]:1", "[::ffff:0.0.0.0]:1"})
    CAF_CHECK(parsed(text).is_any());
  for (auto text : {"127.0.0.1:1", "[::1]:1", "a:1", "[::ffff:1.2.3.4]:1"})
    CAF_CHECK(!parsed(text).is_any());
}

CAF_TEST(hosts are names or addresses without brackets) {
  for (auto x : {"a", "a.b", "10.0.0.7", "::1"})
    CAF_CHECK(is_host(x));
  for (auto x : {"", ".", "..", "a/b", "[::1]", "-a", "a:1", "*.a", "a b"})
    CAF_CHECK(!is_host(x));
  CAF_CHECK(is_ip_address("10.0.0.7"));
  CAF_CHECK(is_ip_address("::1"));
  CAF_CHECK(!is_ip_address("a"));
}

CAF_TEST(where HTTP is served is on this machine unless a host is named) {
  node_address x;
  CAF_CHECK_EQUAL(parse_http(":9100", x), "");
  CAF_CHECK_EQUAL(x.text(), "127.0.0.1:9100");
  CAF_CHECK_EQUAL(parse_http("0.0.0.0:9100", x), "");
  CAF_CHECK(x.is_any());
  CAF_CHECK_EQUAL(parse_http("[::1]:0", x), "");
  CAF_CHECK_EQUAL(x.text(), "[::1]:0");
  CAF_CHECK_EQUAL(parse_http(":0", x), "");
  CAF_CHECK_EQUAL(x.port, 0);
  for (auto text : {"", ":", "0", ":x", "9100", "host", "a b:1", ":65536",
                    ":00", "http://a:1", "::1:0"})
    CAF_CHECK(!parse_http(text, x).empty());
}
