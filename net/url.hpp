#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// The parts of an http, https, ws or wss URL.
struct url {
  std::string scheme;
  /// Without the brackets of an IPv6 address.
  std::string host;
  std::uint16_t port = 0;
  /// Path and query, starting with a slash.
  std::string target;

  bool encrypted() const { return scheme == "https" || scheme == "wss"; }

  /// For the Host header: the port is left out when it is the scheme's.
  std::string authority() const;
};

/// Gives nullopt for other schemes, user names, and what is no URL.
std::optional<url> parse_url(std::string_view text);

/// Where the Location of an answer from `from` points to.
std::optional<url> at_location(const url& from, std::string_view location);

/// Scheme, host and port are the same: what one may know, so may the other.
bool same_origin(const url& a, const url& b);

/// `base` with `query` ("v=10&encoding=json") in place of its own.
std::string with_query(std::string_view base, std::string_view query);

} // namespace muster
