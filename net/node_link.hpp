#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace muster {

/// Where a link leads.
struct link_info {
  /// What the other side has said of itself.
  std::string hello;
  /// IP address and port of the other side.
  std::string address;
  std::uint16_t port = 0;
  /// This side has begun it.
  bool dialed = false;
};

/// What comes of a link. Called on the I/O thread, one call at a time.
class link_sink {
public:
  virtual ~link_sink() = default;

  /// Whole frames, one behind the other.
  virtual void frames(std::vector<char> bytes) = 0;

  /// The last call; with a sentence.
  virtual void closed(const std::string& why) = 0;
};

/// An encrypted connection to another process of the bot, whose certificate is
/// of our authority (C14). Thread-safe.
class node_link {
public:
  virtual ~node_link() = default;

  virtual const link_info& info() const = 0;

  /// From now on what comes goes to `sink`; called once.
  virtual void start(std::shared_ptr<link_sink> sink) = 0;

  /// So many bytes of frames() are worked off: while too many are not, nothing
  /// more is read.
  virtual void consumed(std::size_t bytes) = 0;

  /// Whole frames. A link that does not get rid of them ends.
  virtual void send(std::vector<char> bytes) = 0;

  /// Sends what is left, and ends.
  virtual void finish() = 0;

  /// Ends at once.
  virtual void close(const std::string& why) = 0;
};

} // namespace muster
