#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/simulator/compressor.hpp"
#include "app/simulator/gateway.hpp"

namespace muster::sim {

/// Turns what a connection has to say into the bytes of its messages, and
/// counts them. Not thread-safe.
class message_writer {
public:
  message_writer(gateway& gw, packing method) : gw_(gw), compressor_(method) {}

  /// Large messages are compressed, each by itself, from now on, unless the
  /// connection is compressed as a whole.
  void compress_payloads();

  bool zlib() const { return compressor_.method() == packing::zlib_stream; }

  // Each of these is true if the message is a binary one.

  /// Replaces `out` by a message with this text, which is not kept.
  bool write(std::string& text, std::string& out);

  /// Replaces `out` by a message that inflates to more than 64 MiB.
  bool write_bomb(std::string& out);

  /// Replaces `out` by a dispatch of `s`; `damage` is what befalls its text
  /// or its bytes.
  bool write(const client_session& s, const session_event& x, std::uint64_t seq,
             std::optional<corruption> damage, std::string& out);

private:
  void write_packed(const chunk& x, std::uint64_t seq, std::string& out);
  void render(const client_session& s, const session_event& x,
              std::uint64_t seq);

  /// What compresses a message of that size.
  compressor& compressor_for(std::size_t size);

  gateway& gw_;
  compressor compressor_;
  std::optional<compressor> of_payloads_;
  /// Kept for their capacity.
  std::string text_;
  std::string tail_;
};

} // namespace muster::sim
