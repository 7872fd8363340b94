#pragma once

/// @file
/// What a shard is connected by; a bot may bring its own.
/// Threads: callable from any; calls back on one at a time, see there.
/// Source: rules A1, B1, F2; Events > Gateway > Connections.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "messages/errc.hpp"
#include "messages/frozen_buffer.hpp"
#include "net/clock.hpp"

namespace muster {

/// Hears of a connection. Called on the connection's own thread, one call at
/// a time; must only pass on what it hears and return.
class connection_sink {
public:
  virtual ~connection_sink() = default;

  /// It is open, WebSocket and all; called once, before anything is received.
  virtual void opened() = 0;
  /// One WebSocket message, or the last piece of one; a text message is never
  /// compressed.
  virtual void received(frozen_buffer bytes, bool binary) = 0;
  /// A piece of a long compressed message; received() brings the last one. In
  /// pieces, no message of a gateway's costs memory by its size.
  virtual void received_piece(frozen_buffer bytes) = 0;
  /// A message larger than settings::max_payload, `size` bytes, which is not
  /// compressed and was not kept but for its `head` (F2).
  virtual void skipped(frozen_buffer head, std::uint64_t size) = 0;
  /// The payload sent with `ticket` is on the socket.
  virtual void written(std::uint64_t ticket) = 0;
  /// The last call, exactly once. `code` is the peer's, 0 without one;
  /// `retry_after` is how long it asked to stay away, 0 if it did not.
  virtual void closed(std::uint16_t code, errc error, std::string reason,
                      timespan retry_after = timespan{0}) = 0;
};

/// A WebSocket to a gateway, or what stands for one (A1). All calls may come
/// from any thread and return at once.
class connection {
public:
  virtual ~connection() = default;

  /// Starts connecting to `url`; called once.
  virtual void open(std::string url) = 0;

  /// Queues a text message; dropped without notice after the end.
  virtual void send(std::string text, std::uint64_t ticket) = 0;

  /// Frames, pieces and heads of this many bytes have been dealt with. A
  /// connection stops
  /// reading while `read_window` bytes or more have not been.
  virtual void consumed(std::size_t bytes) = 0;

  /// Closes with this code; closed() follows within a bound. Harmless when
  /// repeated.
  virtual void close(std::uint16_t code) = 0;

  /// True when the bot says hello, beats and identifies by itself and only
  /// lends its connection: muster then sends nothing but requests and
  /// commands, and waits for the next READY (A1).
  virtual bool managed_by_bot() const { return false; }

  /// Bytes that may wait to be dealt with, see consumed().
  static constexpr std::size_t read_window = std::size_t{4} << 20;
  /// What each frame counts for in addition to its size.
  static constexpr std::size_t frame_overhead = 64;
  /// Of what is skipped, so much is passed on.
  static constexpr std::size_t head_size = 4096;
};

/// Makes a connection that reports to `sink`.
using connection_factory = std::function<std::shared_ptr<connection>(
    std::shared_ptr<connection_sink>)>;

} // namespace muster
