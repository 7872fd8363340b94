#include "messages/proxy_address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "messages/node_address.hpp"

namespace muster {

namespace {

/// Of a name or password of SOCKS5.
constexpr std::size_t longest_login = 255;

constexpr auto form = "; write http://HOST:PORT or socks5://HOST:PORT, with "
                      "USER:PASSWORD@ before HOST if it wants a login";

std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    auto n = std::size_t{1};
    auto c = text.front();
    if (c == '%') {
      unsigned value = 0;
      auto digits = text.substr(1, 2);
      auto last = digits.data() + digits.size();
      auto [end, ec] = std::from_chars(digits.data(), last, value, 16);
      if (digits.size() != 2 || ec != std::errc{} || end != last)
        return std::nullopt;
      c = static_cast<char>(value);
      n = 3;
    }
    // These would end a line of HTTP, or a text of C.
    if (c == '\r' || c == '\n' || c == '\0')
      return std::nullopt;
    result += c;
    text.remove_prefix(n);
  }
  return result;
}

bool is_scheme(std::string_view x, std::string_view name) {
  return std::equal(x.begin(), x.end(), name.begin(), name.end(),
                    [](char a, char b) {
                      return a == b || (a >= 'A' && a <= 'Z' && a + 32 == b);
                    });
}

std::string read_login(std::string_view text, proxy_address& out) {
  auto colon = text.find(':');
  auto user = decoded(text.substr(0, colon));
  auto password = colon == text.npos ? std::optional<std::string>{""}
                                     : decoded(text.substr(colon + 1));
  if (!user || !password)
    return "its user or password has a % without two digits behind it, or an "
           "end of line; write %25 for %, %40 for @, %3A for :";
  if (user->empty())
    return std::string{"it has no user before the @"} + form;
  if (user->size() > longest_login || password->size() > longest_login)
    return "its user or password has more than 255 bytes, which no proxy takes";
  // HTTP cannot tell where such a name would end (RFC 7617).
  if (out.is == proxy_address::kind::http && user->find(':') != user->npos)
    return "its user has a colon, which HTTP cannot send; choose another one";
  out.user = *std::move(user);
  out.password = *std::move(password);
  return {};
}

} // namespace

std::string proxy_address::parse(std::string_view text, proxy_address& out) {
  out = {};
  if (text.empty())
    return std::string{"it is empty"} + form;
  if (auto end = text.find("://"); end != text.npos) {
    auto scheme = text.substr(0, end);
    text.remove_prefix(end + 3);
    if (is_scheme(scheme, "socks5") || is_scheme(scheme, "socks5h"))
      out.is = kind::socks5;
    else if (is_scheme(scheme, "https"))
      return std::string{"proxies are not asked by TLS; what goes through them "
                         "is encrypted all the same"}
             + form;
    else if (!is_scheme(scheme, "http"))
      return std::string{"its scheme is neither http nor socks5"} + form;
  }
  if (auto path = text.find_first_of("/?#"); path != text.npos) {
    // An @ behind it: a password with one of these.
    if (text.substr(path) != "/")
      return std::string{"it has something behind its port"} + form
             + ", and %2F for a slash in them, %3F for ?, %23 for #";
    text = text.substr(0, path);
  }
  if (auto at = text.rfind('@'); at != text.npos) {
    if (auto wrong = read_login(text.substr(0, at), out); !wrong.empty())
      return wrong;
    text.remove_prefix(at + 1);
  }
  // Where there is no port it is the one that is usual.
  std::string where{text};
  auto six = where.rfind(']');
  if (where.find(':', six == where.npos ? 0 : six) == where.npos)
    where += out.is == kind::http ? ":80" : ":1080";
  node_address parsed;
  if (!node_address::parse(where, parsed).empty())
    return std::string{"its host is no name or address of a machine, or its "
                       "port no number from 1 to 65535"}
           + form;
  out.host = std::move(parsed.host);
  out.port = parsed.port;
  return {};
}

std::string proxy_address::text() const {
  return node_address{host, port}.text();
}

} // namespace muster
