#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace muster {

/// Whether a text that comes in pieces is UTF-8. Pure; not thread-safe.
class utf8_check {
public:
  /// False when the text cannot be UTF-8 any more.
  bool feed(std::string_view piece);

  /// Whether the text was UTF-8 to its end; the next one begins.
  bool finish();

private:
  /// Whether a character may begin with what is there of it.
  bool may_go_on() const;

  /// The beginning of a character that was cut.
  std::array<char, 4> cut_{};
  std::size_t size_ = 0;
};

} // namespace muster
