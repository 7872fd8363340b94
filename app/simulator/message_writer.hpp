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
  message_writer(gateway& gw, compression method)
      : gw_(gw), compressor_(method) {}

  /// True if messages are binary.
  bool binary() const { return compressor_.method() != compression::none; }

  bool zlib() const { return compressor_.method() == compression::zlib_stream; }

  /// Replaces `out` by a message with this text, which is not kept.
  void write(std::string& text, std::string& out);

  /// Replaces `out` by a message that inflates to more than 64 MiB.
  void write_bomb(std::string& out);

  /// Replaces `out` by a dispatch of `s`; `damage` is what befalls its text
  /// or its bytes.
  void write(const session& s, const dispatch& x, std::uint64_t seq,
             std::optional<corruption> damage, std::string& out);

private:
  void write_prepared(const chunk& x, std::uint64_t seq, std::string& out);
  void render(const session& s, const dispatch& x, std::uint64_t seq);

  gateway& gw_;
  compressor compressor_;
  /// Kept for their capacity.
  std::string text_;
  std::string tail_;
};

} // namespace muster::sim
