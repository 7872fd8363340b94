#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace muster::sim {

/// How the messages of a connection are compressed.
enum class packing : std::uint8_t {
  none,
  zlib_stream,
  zstd_stream,
  zlib_payload, ///< each message is a zlib stream of its own
};

/// Compresses the messages of one connection. For the streams there is one
/// context for its life: every message can be decompressed when it has come,
/// none ends the stream.
/// Not thread-safe. Throws std::bad_alloc if a context cannot be made.
class compressor {
public:
  explicit compressor(packing method);
  ~compressor();

  compressor(const compressor&) = delete;
  compressor& operator=(const compressor&) = delete;

  packing method() const { return method_; }

  /// Replaces `out` by the bytes of one whole message.
  void encode(std::string_view text, std::string& out);

  /// Replaces `out` by a message whose text is `head`, what pack() was given,
  /// and `tail`; over zstd with blanks() after the first two. Only for streams.
  void encode_around(std::string_view head, std::string_view packed,
                     std::string_view tail, std::string& out);
  std::size_t blanks() const;

  /// Replaces `out` by a message whose text is `text` followed by `count`
  /// times the letter A and `tail`, without ever holding that text.
  void encode_long(std::string_view text, std::size_t count,
                   std::string_view tail, std::string& out);

private:
  struct contexts;

  bool is_zlib() const {
    return method_ == packing::zlib_stream || method_ == packing::zlib_payload;
  }
  void start(std::string& out);
  void forget(std::string& out);
  void add(std::string_view text, bool last, std::string& out);

  packing method_;
  bool started_ = false;
  std::unique_ptr<contexts> contexts_;
};

/// Compresses text for the middle of messages of any stream of that kind: it
/// refers to nothing before it. Callable from any thread.
std::string pack(packing stream, std::string_view text);

} // namespace muster::sim
