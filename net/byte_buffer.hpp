#pragma once

#include <cstddef>
#include <string_view>

#include "messages/frozen_buffer.hpp"

namespace muster {

/// Bytes that are being collected and are then frozen without a copy. Not
/// initialised and, when large, in blocks that are used again, since payloads
/// of megabytes pass through here. Not thread-safe.
class byte_buffer {
public:
  byte_buffer() = default;
  ~byte_buffer();

  byte_buffer(byte_buffer&& other) noexcept;
  byte_buffer& operator=(byte_buffer&& other) noexcept;

  std::size_t size() const { return size_; }
  std::string_view view() const { return {data_, size_}; }

  /// Room for at least `n` more bytes, to be written before commit().
  char* prepare(std::size_t n);
  /// How much of it there is.
  std::size_t room() const { return capacity_ - size_; }
  void commit(std::size_t n) { size_ += n; }
  void append(std::string_view text);
  void clear() { size_ = 0; }

  /// Gives the bytes away and leaves this buffer empty.
  frozen_buffer freeze();

private:
  void grow(std::size_t wanted);
  static void release(char* data, std::size_t capacity) noexcept;

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0; // without the padding
  /// Of the bytes that were frozen last: what comes next is often as large.
  std::size_t last_size_ = 0;
};

} // namespace muster
