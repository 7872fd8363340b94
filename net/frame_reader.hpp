#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/utf8_check.hpp"

namespace muster {

/// Reads the frames that a WebSocket server sends, without extensions, and
/// puts together what it says. Bytes in, pieces of messages out; the bytes of
/// messages stay where they are. Pure; not thread-safe.
/// Source: RFC 6455, 5 and 7.
class frame_reader {
public:
  enum class kind {
    more,   // bytes are needed
    piece,  // of a message
    ping,   // to be answered with `bytes`
    close,  // nothing that follows counts
    failed, // likewise, and a close with `code` is to be sent
  };

  struct result {
    frame_reader::kind kind = kind::more;
    /// Of the input, or valid until the next call.
    std::string_view bytes;
    /// With kind::piece: the message ends with it.
    bool done = false;
    /// With kind::close the peer's, 0 if it gave none.
    std::uint16_t code = 0;
    /// With kind::failed: what is wrong.
    const char* fault = nullptr;
  };

  /// With kind::failed, of a text.
  static constexpr std::uint16_t bad_payload = 1007;

  /// Takes bytes from the front of `input` up to the next thing to tell.
  result next(std::string_view& input);

  /// So many of the bytes that come next are of a message, and can be brought
  /// to where they belong without next(); then it is told by took().
  std::uint64_t expected() const { return in_data_ ? left_ : 0; }

  /// `bytes`, no more than were expected, have come.
  result took(std::string_view bytes);

  /// Of the message of the last piece.
  bool binary() const { return binary_; }

private:
  /// What is wrong with the head that is there, as far as it is; or null.
  const char* begin();
  result end_of_control();
  result fail(std::uint16_t code, const char* fault);

  utf8_check utf8_;
  std::array<unsigned char, 10> head_;
  std::array<char, 125> control_;
  std::size_t head_size_ = 0;
  std::size_t head_wanted_ = 2;
  std::size_t control_size_ = 0;
  std::uint64_t left_ = 0; // of the payload of this frame
  bool in_data_ = false;
  bool in_control_ = false;
  bool in_message_ = false;
  bool final_ = false;
  bool binary_ = false;
};

} // namespace muster
