#include "net/proxy_policy.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "messages/node_address.hpp"
#include "net/words.hpp"

namespace muster {

namespace {

namespace ip = boost::asio::ip;

/// As most programs do: the one in lower case comes first.
std::string value_of(const proxy_policy::environment& env, const char* upper,
                     const char*& name, const char* lower_case) {
  name = lower_case;
  auto value = std::string{trimmed(env(lower_case))};
  if (!value.empty())
    return value;
  name = upper;
  return std::string{trimmed(env(upper))};
}

/// Separated by commas or blanks.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    auto end = std::min(text.find_first_of(", \t\r\n"), text.size());
    if (end > 0)
      result.push_back(lower(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string_view without_dot(std::string_view host) {
  if (!host.empty() && host.back() == '.')
    host.remove_suffix(1);
  return host;
}

/// 10.0.0.0/8, fd00::/8.
bool is_in_network(const std::string& host, const std::string& network) {
  boost::system::error_code ec;
  auto address = ip::make_address(host, ec);
  if (ec)
    return false;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  if (address.is_v4()) {
    auto all = ip::make_network_v4(network, ec);
    return !ec
           && ip::make_network_v4(address.to_v4(), all.prefix_length())
                      .canonical()
                  == all.canonical();
  }
  auto all = ip::make_network_v6(network, ec);
  return !ec
         && ip::make_network_v6(address.to_v6(), all.prefix_length())
                    .canonical()
                == all.canonical();
}

bool is_same_address(const std::string& a, const std::string& b) {
  boost::system::error_code ec_a;
  boost::system::error_code ec_b;
  auto x = ip::make_address(a, ec_a);
  auto y = ip::make_address(b, ec_b);
  return !ec_a && !ec_b && x == y;
}

/// Takes the port of HOST:PORT or [ADDRESS]:PORT, and the brackets. 0: it has
/// none; false: what it has is none.
bool take_port(std::string& word, std::uint16_t& port) {
  port = 0;
  auto bracket = word.rfind(']');
  auto colon = word.rfind(':');
  auto alone = word.find(':') == colon; // not of an IPv6 address
  if (colon != word.npos && (bracket != word.npos ? colon > bracket : alone)) {
    auto last = word.data() + word.size();
    auto [end, ec] = std::from_chars(word.data() + colon + 1, last, port);
    if (ec != std::errc{} || end != last || port == 0)
      return false;
    word.resize(colon);
  }
  if (word.size() > 1 && word.front() == '[' && word.back() == ']')
    word = word.substr(1, word.size() - 2);
  return true;
}

bool is_excepted_by(std::string word, const std::string& host,
                    std::uint16_t port) {
  if (word == "*")
    return true;
  if (word.find('/') != word.npos)
    return is_in_network(host, word);
  std::uint16_t only = 0;
  if (!take_port(word, only) || (only != 0 && only != port))
    return false;
  if (is_same_address(host, word))
    return true;
  std::string_view name = word;
  if (name.substr(0, 1) == "*")
    name.remove_prefix(1);
  if (name.substr(0, 1) == ".")
    name.remove_prefix(1);
  name = without_dot(name);
  std::string_view asked = without_dot(host);
  if (name.empty() || is_ip_address(host))
    return false;
  return asked == name
         || (asked.size() > name.size()
             && asked.substr(asked.size() - name.size()) == name
             && asked[asked.size() - name.size() - 1] == '.');
}

} // namespace

proxy_policy::found proxy_policy::find(const environment& env,
                                       const char* upper,
                                       const char* lower_case) {
  const char* name = nullptr;
  auto text = value_of(env, upper, name, lower_case);
  if (text.empty())
    return {};
  found result;
  proxy_address parsed;
  if (auto wrong = proxy_address::parse(text, parsed); wrong.empty())
    result.proxy = std::move(parsed);
  else
    result.wrong = std::string{name} + " in the environment: " + wrong;
  return result;
}

std::string proxy_policy::make(const std::string& setting,
                               const environment& env, proxy_policy& out) {
  out = {};
  if (setting == "none")
    return {};
  if (!setting.empty()) {
    proxy_address given;
    auto wrong = proxy_address::parse(setting, given);
    if (wrong.empty())
      out.given_ = std::move(given);
    return wrong;
  }
  out.secure_ = find(env, "HTTPS_PROXY", "https_proxy");
  out.any_ = find(env, "ALL_PROXY", "all_proxy");
  const char* ignored = nullptr;
  out.except_ = words_of(value_of(env, "NO_PROXY", ignored, "no_proxy"));
  return {};
}

std::shared_ptr<const proxy_policy> proxy_policy::of(const settings& cfg) {
  auto result = std::make_shared<proxy_policy>();
  auto env = [](const char* name) -> std::string {
    auto text = std::getenv(name);
    return text == nullptr ? "" : text;
  };
  auto wrong = make(cfg.proxy, env, *result);
  if (!wrong.empty())
    wrong = "proxy: " + wrong;
  else if (auto rest = parse_url(cfg.rest_url))
    result->proxy_for(*rest, wrong);
  if (!wrong.empty())
    throw std::invalid_argument(wrong);
  return result;
}

bool proxy_policy::is_excepted(const url& to) const {
  auto host = lower(to.host);
  return std::any_of(except_.begin(), except_.end(), [&](auto& word) {
    return is_excepted_by(word, host, to.port);
  });
}

const proxy_address* proxy_policy::proxy_for(const url& to,
                                             std::string& wrong) const {
  if (given_)
    return &*given_;
  auto& way = to.encrypted() && secure_.is_set() ? secure_ : any_;
  if (!way.is_set() || is_excepted(to))
    return nullptr;
  wrong = way.wrong;
  return way.proxy ? &*way.proxy : nullptr;
}

} // namespace muster
