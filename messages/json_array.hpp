#pragma once

#include <cstdint>
#include <string_view>

#include "messages/field_scanner.hpp"
#include "messages/frozen_buffer.hpp"

// How the views of members and presences walk over a list; for their .cpp
// files.

namespace muster {

/// Reads an object from where `from` is, and stops behind it. `use(key)` takes
/// the value, by from.value() or, of an object, by another each_field(); false
/// when it does, or when the object is none. Looking fields up by name is not
/// safe in text that is no JSON.
template <class F>
bool each_field(field_scanner& from, F&& use) {
  from.enter();
  std::string_view key;
  auto found = from.key(key);
  for (; found == field_scanner::status::field; found = from.key(key))
    if (!use(key))
      return false;
  return found == field_scanner::status::end;
}

/// A walk over an array of objects in one pass. What cannot be read so is cut
/// out of the text by its brackets and read then, so that no item costs another
/// (F2). Keeps its bytes alive. Not thread-safe.
class json_array {
public:
  explicit json_array(frozen_buffer bytes);

  /// Reads the next item that `read` takes; false at the end. `json` becomes
  /// its text. `read(field_scanner&)` is each_field() with what it wants of the
  /// fields, and maybe called twice for an item.
  template <class F>
  bool next(std::string_view& json, F&& read) {
    field_scanner::field x;
    while (more_) {
      if (auto item = items_; item.enter_item()) {
        auto begin = item.rest().data();
        if (read(item)) {
          item.leave_item();
          json = {begin, static_cast<std::size_t>(item.rest().data() - begin)};
          items_ = item;
          return true;
        }
      }
      auto found = items_.item(x);
      more_ = found == field_scanner::status::field;
      if (more_) {
        field_scanner cut{x.value};
        // Brackets that do not match may end the object before its text does.
        if (read(cut) && cut.rest().empty()) {
          json = x.value;
          return true;
        }
      }
      if (found != field_scanner::status::end)
        ++malformed_;
    }
    return false;
  }

  /// Items so far that were left out, and one more for a text that is no
  /// array or ends before it.
  std::uint32_t malformed() const { return malformed_; }

private:
  frozen_buffer bytes_;
  field_scanner items_;
  std::uint32_t malformed_ = 0;
  bool more_ = false;
};

} // namespace muster
