#pragma once

#include <cstddef>
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

  // -- an object in place -----------------------------------------------------
  // Its end is where its last field is read, so that it is looked at once.

  /// Takes what is before the next item of an array; true if that may be an
  /// object, whose end is then sure without looking at all of it first: until
  /// leave_item() numbers and words must not hold brackets or quotes. Where
  /// that fails it is to be read as item(), from a copy.
  bool enter_item();
  void leave_item() { in_place_ = false; }

  /// An object begins here, if key() finds one.
  void enter() { first_ = true; }

  /// The key of the next field. Its value is behind it: for value(), or, if it
  /// is an object, for enter() and key().
  status key(std::string_view& out);

  /// Takes `size` bytes, up to 48 and in room for as many, if they come next.
  /// They must have led from a value, or an object's beginning, to a value
  /// before: then they do again.
  bool take_same(const char* text, std::size_t size);

  /// What is behind: of all after status::end, of the value after value(), the
  /// object itself after enter_item().
  std::string_view rest() const { return {at_, size_left()}; }

private:
  std::size_t size_left() const { return static_cast<std::size_t>(end_ - at_); }
  bool take(char c);
  /// The first quote or backslash from `p` on; the end, or behind it, if there
  /// is none before.
  const char* find_quote(const char* p);
  /// Behind the quote that ends a string, of which `p` is the inside; null if
  /// it is cut off.
  const char* skip_string(const char* p);

  const char* at_;
  const char* end_;
  /// The last 64 bytes that were looked at, or null, and a bit for each of
  /// their quotes and backslashes.
  const char* block_ = nullptr;
  std::uint64_t quotes_ = 0;
  bool first_ = true;
  bool in_place_ = false;
};

/// Cuts `text` to its first value of any type, without space before it; empty
/// when that is cut off. A number or word at the very end counts as cut off,
/// and a word has to be one of JSON.
std::string_view first_value(std::string_view text);

} // namespace muster

#include "messages/field_scanner_impl.hpp"
