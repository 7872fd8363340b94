#include "net/proxy_handshake.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <openssl/evp.h>

#include "messages/node_address.hpp"
#include "net/http_refusal.hpp"
#include "net/words.hpp"

namespace muster {

namespace {

namespace ip = boost::asio::ip;

// RFC 1928 and, of the login, 1929.
constexpr char socks_version = 5;
constexpr char login_version = 1;
constexpr char no_login = 0;
constexpr char with_login = 2;
constexpr char connect_command = 1;
constexpr char ipv4 = 1;
constexpr char domain = 3;
constexpr char ipv6 = 4;

std::string in_base64(const std::string& text) {
  std::vector<unsigned char> out(4 * ((text.size() + 2) / 3) + 1);
  auto n = EVP_EncodeBlock(out.data(),
                           reinterpret_cast<const unsigned char*>(text.data()),
                           static_cast<int>(text.size()));
  return {out.begin(), out.begin() + n};
}

/// One byte for the length before it.
std::string counted(const std::string& text) {
  return static_cast<char>(text.size()) + text;
}

template <class Bytes>
std::string text_of(const Bytes& x) {
  return {x.begin(), x.end()};
}

std::string in_socks(const std::string& host) {
  boost::system::error_code ec;
  auto address = ip::make_address(host, ec);
  if (ec)
    return domain + counted(host);
  return address.is_v4() ? ipv4 + text_of(address.to_v4().to_bytes())
                         : ipv6 + text_of(address.to_v6().to_bytes());
}

const char* reason_of(unsigned char code) {
  constexpr std::array reasons{
      "it has failed",
      "its rules do not permit it",
      "it does not reach that network",
      "it does not reach that host, or finds no address of its name",
      "the server does not take its connection",
      "it took too long",
      "it passes no connections on",
      "it does not take such addresses"};
  return code >= 1 && code <= reasons.size() ? reasons[code - 1u]
                                             : "it does not say why";
}

} // namespace

proxy_handshake::proxy_handshake(const proxy_address& proxy,
                                 const std::string& host, std::uint16_t port,
                                 const std::string& user_agent)
    : proxy_(proxy), host_(host), port_(port) {
  if (!host_.empty() && host_.back() == '.')
    host_.pop_back();
  if (!is_host(host_)) { // nor may it end a line
    fail("cannot be told of the server: its name is none");
    return;
  }
  if (proxy_.is == proxy_address::kind::http)
    ask_http(proxy_, user_agent);
  else if (proxy_.user.empty())
    say({socks_version, 1, no_login});
  else
    say({socks_version, 2, no_login, with_login});
}

std::string proxy_handshake::next() {
  status_ = status::more;
  return std::exchange(out_, {});
}

proxy_handshake::status proxy_handshake::feed(std::string_view bytes) {
  if (status_ != status::more)
    return status_;
  in_ += bytes;
  heard_ += bytes.size();
  if (proxy_.is == proxy_address::kind::http)
    take_http();
  else
    take_socks();
  if (status_ == status::more && heard_ > most_head)
    fail("does not come to an end with its answer; is it an HTTP proxy?");
  return status_;
}

void proxy_handshake::end() {
  if (status_ == status::more || status_ == status::write)
    fail("has hung up before it had answered; is its scheme right, http or "
         "socks5?");
}

void proxy_handshake::say(std::string text) {
  out_ = std::move(text);
  status_ = status::write;
}

void proxy_handshake::fail(const std::string& what) {
  status_ = status::failed;
  sentence_ = "the proxy " + proxy_.text() + ' ' + what;
}

std::string proxy_handshake::target() const {
  return node_address{host_, port_}.text();
}

// -- HTTP ---------------------------------------------------------------------

void proxy_handshake::ask_http(const proxy_address& proxy,
                               const std::string& user_agent) {
  auto text = "CONNECT " + target() + " HTTP/1.1\r\nHost: " + target()
              + "\r\nUser-Agent: " + user_agent + "\r\n";
  if (!proxy.user.empty())
    text += "Proxy-Authorization: Basic "
            + in_base64(proxy.user + ':' + proxy.password) + "\r\n";
  say(text + "\r\n");
}

void proxy_handshake::take_http() {
  // Whatever is no answer of HTTP need not be waited for.
  constexpr std::string_view begin = "HTTP/1.";
  auto first = std::string_view{in_}.substr(0, begin.size());
  if (first != begin.substr(0, first.size())) {
    fail("does not speak HTTP; is it one of SOCKS5?");
    return;
  }
  // A line may end without a return, too (RFC 9112, 2.2).
  auto end = in_.find("\n\r\n");
  auto bare = in_.find("\n\n");
  if (end == in_.npos && bare == in_.npos)
    return;
  auto whole = std::min(end == in_.npos ? end : end + 3,
                        bare == in_.npos ? bare : bare + 2);
  auto rest = in_.size() - whole;
  auto line = trimmed(std::string_view{in_}.substr(0, in_.find('\n')));
  unsigned code = 0;
  auto words = line.substr(std::min(begin.size() + 1, line.size()));
  if (words.size() >= 4 && words.front() == ' ')
    std::from_chars(words.data() + 1, words.data() + 4, code);
  if (code >= 100 && code <= 199 && code != 101) { // RFC 9110, 15.2
    in_.erase(0, whole);
    take_http();
  } else if (code >= 200 && code <= 299) {
    // The server waits for the client, whether with TLS or without.
    if (rest > 0)
      fail("says more than that it is connected");
    else
      status_ = status::done;
  } else if (code == 407 || code == 401) { // of tinyproxy for a wrong one
    fail(proxy_.user.empty()
             ? "wants a login; write USER:PASSWORD@ before its host"
             : "has refused the login; check user and password");
  } else {
    fail("does not connect to " + target() + ": it answers with "
         + shown(line));
  }
}

// -- SOCKS5 -------------------------------------------------------------------

void proxy_handshake::take_socks() {
  while (status_ == status::more) {
    auto taken = awaited_ == answer::method  ? take_method()
                 : awaited_ == answer::login ? take_login()
                                             : take_connect();
    if (!taken)
      return;
  }
  if (status_ != status::failed && !in_.empty())
    fail("says more than it was asked");
}

bool proxy_handshake::take_method() {
  if (!in_.empty() && in_[0] != socks_version) {
    fail("does not speak SOCKS5; is it one of HTTP?");
    return true;
  }
  if (in_.size() < 2)
    return false;
  auto method = in_[1];
  in_.erase(0, 2);
  if (method == with_login && !proxy_.user.empty()) {
    awaited_ = answer::login;
    say(login_version + counted(proxy_.user) + counted(proxy_.password));
  } else if (method == no_login) {
    awaited_ = answer::connect;
    say(connect_request());
  } else {
    fail(proxy_.user.empty()
             ? "wants a login; write USER:PASSWORD@ before its host"
             : "takes no login by user and password");
  }
  return true;
}

bool proxy_handshake::take_login() {
  if (in_.size() < 2)
    return false;
  auto refused = in_[1] != 0;
  in_.erase(0, 2);
  if (refused) {
    fail("has refused the login; check user and password");
  } else {
    awaited_ = answer::connect;
    say(connect_request());
  }
  return true;
}

std::string proxy_handshake::connect_request() const {
  return std::string{socks_version, connect_command, 0} + in_socks(host_)
         + static_cast<char>(port_ >> 8) + static_cast<char>(port_ & 0xff);
}

bool proxy_handshake::take_connect() {
  if (in_.size() < 2)
    return false;
  if (in_[0] != socks_version || in_[1] != 0) {
    fail("does not connect to " + target() + ": "
         + reason_of(static_cast<unsigned char>(in_[1])));
    return true;
  }
  if (in_.size() < 5)
    return false;
  std::size_t address = 0;
  switch (in_[3]) {
  case ipv4:
    address = 4;
    break;
  case ipv6:
    address = 16;
    break;
  case domain:
    address = std::size_t{1} + static_cast<unsigned char>(in_[4]);
    break;
  default:
    fail("answers with an address that is none");
    return true;
  }
  auto whole = 4 + address + 2;
  if (in_.size() < whole)
    return false;
  in_.erase(0, whole);
  status_ = status::done;
  return true;
}

} // namespace muster
