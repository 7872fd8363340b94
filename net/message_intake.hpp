#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "messages/frozen_buffer.hpp"
#include "net/byte_buffer.hpp"
#include "net/inflater.hpp"

namespace muster {

/// Makes of the bytes of WebSocket messages what a connection_sink is given,
/// in memory that no message determines. Pure; not thread-safe.
class message_intake {
public:
  enum class kind {
    nothing,   // yet
    message,   // the whole, or its last piece
    piece,     // of a compressed message
    skipped,   // larger than the bound; `bytes` is its head
    too_large, // to be skipped even
  };

  struct result {
    message_intake::kind kind = kind::nothing;
    frozen_buffer bytes;
    /// With kind::skipped: of the whole message.
    std::uint64_t size = 0;
  };

  /// Compressed messages longer than this come in pieces.
  static constexpr std::size_t piece_size = std::size_t{1} << 20;

  /// Messages that are binary are compressed if `compressed`, and for their
  /// inflater to measure; `max_payload` bounds the others.
  message_intake(std::size_t max_payload, bool compressed)
      : max_(max_payload), limit_(skip_limit(max_payload)),
        compressed_(compressed) {}

  struct room {
    char* data;
    std::size_t size;
  };

  /// Room for some of the `announced` bytes: no more than as much again as
  /// has come. To be taken before the next call.
  room prepare(std::size_t announced) {
    auto n = std::min(announced, std::max(first_room, in_.size()));
    return {in_.prepare(n), n};
  }

  /// `n` bytes of a message are there, and the message ends if `done`.
  result take(std::size_t n, bool binary, bool done);

private:
  static constexpr std::size_t first_room = std::size_t{64} << 10;

  byte_buffer in_;
  frozen_buffer head_;
  std::size_t max_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0; // of the message so far
  bool skipping_ = false;
  bool compressed_;
};

} // namespace muster
