#pragma once

#include <cstdint>
#include <string_view>

namespace muster {

/// Finds the fields of one JSON object, the items of an array, or one value,
/// and skips over values at the speed of memory: of what lies inside a value
/// only brackets and quotes are looked at (B2). This is the one scan of a chunk
/// of half a megabyte, where even an index of its 100,000 tokens would cost
/// more than all the rest. Skipped text is not validated; who reads it is told
/// then. Not thread-safe.
class field_scanner {
public:
  struct field {
    /// As written, without the quotes.
    std::string_view key;
    /// The JSON text of the value.
    std::string_view value;
    /// Objects that are elements of the value, when it is an array.
    std::uint32_t objects = 0;
  };

  enum class status : std::uint8_t { field, end, malformed };

  /// `text` starts with the object, array or value, may hold more behind it,
  /// and is followed by frozen_buffer::padding readable bytes.
  explicit field_scanner(std::string_view text);

  /// Goes on behind a field of an object, or an item of an array, of which
  /// `text` is what follows.
  static field_scanner behind(std::string_view text);

  /// The next field of an object.
  status next(field& out);

  /// The next item of an array; it has no key. A bracket that closes nothing
  /// is an item, and commas may be too many or too few, so that one broken
  /// item does not hide those behind it.
  status item(field& out);

  /// Takes a value of any type, without key, instead of fields; false when
  /// there is none or it is cut off.
  bool value(field& out);

  /// What is behind: of all after status::end, of the value after value().
  std::string_view rest() const { return {at_, size_left()}; }

private:
  std::size_t size_left() const { return static_cast<std::size_t>(end_ - at_); }
  void skip_space();
  bool take(char c);
  bool skip_string();
  bool skip_scalar();
  bool skip_container(std::uint32_t& objects);

  const char* at_;
  const char* end_;
  bool first_ = true;
};

/// Cuts `text` to its first value of any type, without space before it; empty
/// when that is cut off. A number or word at the very end counts as cut off,
/// and a word has to be one of JSON.
std::string_view first_value(std::string_view text);

} // namespace muster
