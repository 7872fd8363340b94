#include "messages/node_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include <arpa/inet.h>

namespace muster {

namespace {

constexpr std::size_t max_host = 253;
constexpr std::size_t max_label = 63;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// One part of a name. Underscores are in many names of containers.
bool is_label(std::string_view x) {
  return !x.empty() && x.size() <= max_label && x.front() != '-'
         && x.back() != '-' && std::all_of(x.begin(), x.end(), [](char c) {
              return is_digit(c) || (c >= 'a' && c <= 'z')
                     || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
            });
}

bool is_name(std::string_view x) {
  if (x.size() > max_host)
    return false;
  for (;;) {
    auto dot = x.find('.');
    auto label = x.substr(0, dot);
    if (!is_label(label))
      return false;
    if (dot == x.npos) // an address that is none, such as 10.0.0.256
      return !std::all_of(label.begin(), label.end(), is_digit);
    x.remove_prefix(dot + 1);
  }
}

std::optional<in_addr> read_four(const std::string& x) {
  in_addr result{};
  if (x.find('\0') != x.npos || inet_pton(AF_INET, x.c_str(), &result) != 1)
    return std::nullopt;
  return result;
}

std::optional<in6_addr> read_six(const std::string& x) {
  in6_addr result{};
  if (x.find('\0') != x.npos || inet_pton(AF_INET6, x.c_str(), &result) != 1)
    return std::nullopt;
  return result;
}

/// The IPv4 address inside an IPv6 address such as ::ffff:127.0.0.1.
std::optional<in_addr> read_mapped(const in6_addr& x) {
  if (!IN6_IS_ADDR_V4MAPPED(&x))
    return std::nullopt;
  in_addr result{};
  std::memcpy(&result, x.s6_addr + 12, sizeof result);
  return result;
}

std::uint16_t read_port(std::string_view text) {
  std::uint16_t port = 0;
  auto last = text.data() + text.size();
  auto [end, ec] = std::from_chars(text.data(), last, port);
  return ec == std::errc{} && end == last ? port : 0;
}

} // namespace

std::string parse_http(const std::string& text, node_address& out) {
  if (text.find('/') != text.npos)
    return "it is no URL; write HOST:PORT, or :PORT for this machine only";
  auto full = text.rfind(':', 0) == 0 ? "127.0.0.1" + text : text;
  auto any = full.size() > 2 && full.substr(full.size() - 2) == ":0";
  if (any)
    full.back() = '1';
  auto wrong = node_address::parse(full, out);
  if (any)
    out.port = 0;
  return wrong;
}

bool is_loopback(const std::string& host) {
  auto four = read_four(host);
  if (auto six = read_six(host)) {
    if (IN6_IS_ADDR_LOOPBACK(&*six))
      return true;
    four = read_mapped(*six);
  }
  if (four)
    return ntohl(four->s_addr) >> 24 == 127;
  std::string name = host;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name == "localhost";
}

bool is_ip_address(const std::string& host) {
  return read_four(host) || read_six(host);
}

bool is_host(const std::string& host) {
  return is_ip_address(host) || is_name(host);
}

std::string node_address::parse(const std::string& text, node_address& out) {
  out = {};
  auto colon = text.rfind(':');
  auto host = text.substr(0, colon);
  auto port = colon == text.npos ? "" : text.substr(colon + 1);
  constexpr auto form = "; write HOST:PORT, such as 10.0.0.7:7000";
  if (text.empty())
    return std::string{"it is empty"} + form;
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (!read_six(host))
      return "there is no IPv6 address in its brackets; write [::1]:7000";
  } else if (read_six(text) || host.find(':') != host.npos) {
    return "an IPv6 address stands in brackets before the port; write "
           "[::1]:7000";
  }
  if (colon == text.npos)
    return std::string{"it has no port"} + form;
  out.port = read_port(port);
  if (out.port == 0)
    return "its port is no number from 1 to 65535; write one after the last "
           "colon";
  if (!is_host(host))
    return std::string{"its host is no name or address of a machine"} + form;
  out.host = std::move(host);
  return {};
}

std::string node_address::text() const {
  auto six = host.find(':') != host.npos;
  return (six ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

bool node_address::is_loopback() const {
  return muster::is_loopback(host);
}

bool node_address::is_any() const {
  auto four = read_four(host);
  if (auto six = read_six(host)) {
    if (IN6_IS_ADDR_UNSPECIFIED(&*six))
      return true;
    four = read_mapped(*six);
  }
  return four && four->s_addr == 0;
}

} // namespace muster
