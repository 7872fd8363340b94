#pragma once

#include <cstdint>
#include <string>

namespace muster {

/// Where a process listens for the others of its bot, or is reached by them:
/// HOST:PORT, with the host of an IPv6 address in brackets. A value.
struct node_address {
  /// A name or an address, without brackets.
  std::string host;
  std::uint16_t port = 0;

  /// An empty string, or what is wrong with `text` and how to mend it. Nothing
  /// is looked up.
  static std::string parse(const std::string& text, node_address& out);

  /// As parse() takes it.
  std::string text() const;
  /// Only processes of this machine reach it.
  bool is_loopback() const;
  /// All addresses of this machine, 0.0.0.0 or ::, which is none for others.
  bool is_any() const;
};

/// Reads where HTTP is to be served: as node_address::parse(), and ":PORT" is
/// this machine only, and port 0 any that is free. What it says is the same.
std::string parse_http(const std::string& text, node_address& out);

/// True for this machine's own names and addresses, without brackets.
bool is_loopback(const std::string& host);

/// True for an IPv4 or IPv6 address, without brackets.
bool is_ip_address(const std::string& host);

/// True for what may be the name of a machine, as DNS has them, or an address
/// without brackets.
bool is_host(const std::string& host);

} // namespace muster
