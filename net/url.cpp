#include "net/url.hpp"

#include <algorithm>
#include <charconv>

namespace muster {

namespace {

std::uint16_t default_port(std::string_view scheme) {
  return scheme == "https" || scheme == "wss" ? 443 : 80;
}

} // namespace

std::string url::authority() const {
  auto result = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(scheme))
    result += ":" + std::to_string(port);
  return result;
}

std::optional<url> parse_url(std::string_view text) {
  for (char c : text)
    if (c <= ' ' || c > '~')
      return std::nullopt;
  auto colon = text.find("://");
  if (colon == std::string_view::npos)
    return std::nullopt;
  url result;
  result.scheme = std::string{text.substr(0, colon)};
  if (result.scheme != "http" && result.scheme != "https"
      && result.scheme != "ws" && result.scheme != "wss")
    return std::nullopt;
  text.remove_prefix(colon + 3);
  auto path = text.find_first_of("/?#");
  auto authority = text.substr(0, path);
  auto rest = path == std::string_view::npos ? "" : text.substr(path);
  rest = rest.substr(0, rest.find('#'));
  if (authority.find('@') != std::string_view::npos)
    return std::nullopt;
  std::string_view port;
  if (!authority.empty() && authority.front() == '[') {
    auto close = authority.find(']');
    if (close == std::string_view::npos)
      return std::nullopt;
    result.host = std::string{authority.substr(1, close - 1)};
    port = authority.substr(close + 1);
  } else {
    auto at = authority.find(':');
    result.host = std::string{authority.substr(0, at)};
    port = at == std::string_view::npos ? "" : authority.substr(at);
  }
  if (result.host.empty())
    return std::nullopt;
  result.port = default_port(result.scheme);
  if (!port.empty()) {
    if (port.front() != ':')
      return std::nullopt;
    port.remove_prefix(1);
    auto last = port.data() + port.size();
    auto [end, ec] = std::from_chars(port.data(), last, result.port);
    if (ec != std::errc{} || end != last || result.port == 0)
      return std::nullopt;
  }
  result.target = rest.empty() || rest.front() != '/' ? "/" + std::string{rest}
                                                      : std::string{rest};
  return result;
}

std::optional<url> at_location(const url& from, std::string_view location) {
  location = location.substr(0, location.find('#'));
  auto colon = location.find(':');
  if (colon < location.find_first_of("/?")) // has a scheme
    return parse_url(location);
  auto origin = from.scheme + ":";
  if (location.substr(0, 2) == "//")
    return parse_url(origin + std::string{location});
  origin += "//" + from.authority();
  if (location.empty())
    return parse_url(origin + from.target);
  auto path = from.target.substr(0, from.target.find('?'));
  if (location.front() == '/')
    path.clear();
  else if (location.front() != '?')
    path.erase(path.rfind('/') + 1);
  return parse_url(origin + path + std::string{location});
}

bool same_origin(const url& a, const url& b) {
  auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  return a.scheme == b.scheme && a.port == b.port
         && std::equal(a.host.begin(), a.host.end(), b.host.begin(),
                       b.host.end(),
                       [&](char x, char y) { return lower(x) == lower(y); });
}

std::string with_query(std::string_view base, std::string_view query) {
  std::string result{base.substr(0, base.find_first_of("?#"))};
  // A host without a path needs the slash before the question mark.
  auto scheme = result.find("://");
  if (scheme != std::string::npos
      && result.find('/', scheme + 3) == std::string::npos)
    result += '/';
  result += '?';
  result += query;
  return result;
}

} // namespace muster
