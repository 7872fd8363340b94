#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "messages/proxy_address.hpp"

namespace muster {

/// What is said to a proxy before it passes bytes on, and what it answers. The
/// proxy looks the name of the server up. Pure; not thread-safe.
/// Source: RFC 9110, 9.3.6; RFC 1928, 1929.
class proxy_handshake {
public:
  enum class status {
    /// It is to answer.
    more,
    /// next() is to be sent.
    write,
    /// What follows is the server's.
    done,
    /// See sentence().
    failed,
  };

  /// To `host`, a name or an address without brackets. `user_agent` has no end
  /// of line. Begins with status::write, unless the host is too long.
  proxy_handshake(const proxy_address& proxy, const std::string& host,
                  std::uint16_t port, const std::string& user_agent);

  status state() const { return status_; }

  /// To be sent; then it is more.
  std::string next();

  /// Takes what has come.
  status feed(std::string_view bytes);

  /// It says no more.
  void end();

  /// For people, without secrets; begins with who the proxy is.
  const std::string& sentence() const { return sentence_; }

  /// Of all that is read, interim answers included.
  static constexpr std::size_t most_head = std::size_t{16} << 10;

private:
  /// What SOCKS5 answers next.
  enum class answer { method, login, connect };

  void ask_http(const proxy_address& proxy, const std::string& user_agent);
  void take_http();
  void take_socks();
  bool take_method();
  bool take_login();
  bool take_connect();
  void say(std::string text);
  void fail(const std::string& what);
  std::string connect_request() const;
  std::string target() const;

  proxy_address proxy_;
  std::string host_;
  std::uint16_t port_;
  status status_ = status::more;
  answer awaited_ = answer::method;
  std::string out_;
  std::string in_;
  std::size_t heard_ = 0;
  std::string sentence_;
};

} // namespace muster
