#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

/// A server that passes connections on, and how it is asked. A value. Its
/// password is a secret: text() has none.
struct proxy_address {
  enum class kind : std::uint8_t {
    /// By CONNECT (RFC 9110, 9.3.6).
    http,
    /// RFC 1928.
    socks5,
  };

  kind is = kind::http;
  /// A name or an address, without brackets.
  std::string host;
  std::uint16_t port = 0;
  /// Empty: it is asked without a login.
  std::string user;
  std::string password;

  /// An empty string, or what is wrong with `text` and how to mend it, which
  /// says nothing of what stands there. Without a scheme it is http; user and
  /// password may have %XX. Nothing is looked up.
  static std::string parse(std::string_view text, proxy_address& out);

  /// HOST:PORT.
  std::string text() const;
};

} // namespace muster
