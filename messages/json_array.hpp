#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <simdjson.h>

#include "messages/field_scanner.hpp"
#include "messages/frozen_buffer.hpp"
#include "messages/json_text.hpp"

// How the views of members and presences walk over a list; for their .cpp
// files.

namespace muster {

static_assert(frozen_buffer::padding >= simdjson::SIMDJSON_PADDING);

// -- one object, as either of two readers sees it -----------------------------
// A walk over a list has simdjson read all of it in one pass. Where that
// fails, a field_scanner reads item by item. The same code places the fields
// that either finds: is(), raw_text() and each_field() hide which it is.

/// True if the key of `x`, as written, is `name`.
inline bool is(simdjson::ondemand::field& x, std::string_view name) {
  return x.key().unsafe_is_equal(name);
}

inline bool is(const field_scanner::field& x, std::string_view name) {
  return x.key == name;
}

/// The raw text of a field's value, trimmed; skips over it.
simdjson::error_code raw_text(simdjson::ondemand::field& x,
                              std::string_view& out);

inline simdjson::error_code raw_text(const field_scanner::field& x,
                                     std::string_view& out) {
  out = x.value;
  return simdjson::SUCCESS;
}

/// Calls `use(field)` for each field of an object, until one gives an error.
/// Looking fields up by name is not safe in text that is no JSON.
template <class F>
simdjson::error_code each_field(simdjson::ondemand::value value, F&& use) {
  simdjson::ondemand::object object;
  if (auto ec = value.get_object().get(object))
    return ec;
  for (auto item : object) {
    simdjson::ondemand::field field;
    if (auto ec = std::move(item).get(field))
      return ec;
    if (auto ec = use(field))
      return ec;
  }
  return simdjson::SUCCESS;
}

template <class F>
simdjson::error_code each_field(std::string_view value, F&& use) {
  field_scanner fields{value};
  field_scanner::field x;
  auto found = fields.next(x);
  for (; found == field_scanner::status::field; found = fields.next(x))
    if (auto ec = use(x))
      return ec;
  // Brackets that do not match may end the object before its text does.
  return found == field_scanner::status::end && fields.rest().empty()
             ? simdjson::SUCCESS
             : simdjson::TAPE_ERROR;
}

template <class F>
simdjson::error_code each_field(simdjson::ondemand::field& x, F&& use) {
  return each_field(simdjson::ondemand::value{x.value()}, use);
}

template <class F>
simdjson::error_code each_field(const field_scanner::field& x, F&& use) {
  return each_field(x.value, use);
}

// -- a whole list -------------------------------------------------------------

/// A parser lent for a while. They are expensive to make (4 bytes of index for
/// each byte of text), so each thread keeps those that were given back.
class lent_parser {
public:
  lent_parser();
  ~lent_parser();

  lent_parser(const lent_parser&) = delete;
  lent_parser& operator=(const lent_parser&) = delete;

  /// Starts on `text`, which lies inside a frozen_buffer or is all of it.
  simdjson::error_code start(std::string_view text,
                             simdjson::ondemand::document& out);

private:
  std::unique_ptr<simdjson::ondemand::parser> parser_;
};

/// A walk over an array of objects in one pass. What the parser refuses, be it
/// all of it for one byte that is not UTF-8, is read item by item, so that no
/// item costs another (F2). Keeps its bytes alive. Not thread-safe.
class json_array {
public:
  explicit json_array(frozen_buffer bytes);

  /// Reads the next item that `read` gives no error for; false at the end.
  /// `json` becomes its text. `read` takes a simdjson value or text.
  template <class F>
  bool next(std::string_view& json, F&& read) {
    if (whole_) {
      if (next_of_whole(json, read))
        return true;
      whole_ = false; // which may be the end, but the parser is not sure
    }
    field_scanner::field x;
    while (more_) {
      auto found = items_.item(x);
      more_ = found == field_scanner::status::field;
      if (more_ && !read(x.value)) {
        json = x.value;
        return true;
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
  template <class F>
  bool next_of_whole(std::string_view& json, F& read) {
    if (started_)
      ++at_;
    started_ = true;
    simdjson::ondemand::value value;
    const char* begin = nullptr;
    const char* end = nullptr;
    if (at_ == end_ || (*at_).get(value)
        || document_.current_location().get(begin) || read(value)
        || document_.current_location().get(end))
      return false;
    json = trim({begin, static_cast<std::size_t>(end - begin)});
    auto text = bytes_.view();
    items_ = field_scanner::behind(text.substr(
        static_cast<std::size_t>(json.data() + json.size() - text.data())));
    return true;
  }

  frozen_buffer bytes_;
  lent_parser parser_;
  simdjson::ondemand::document document_;
  simdjson::ondemand::array array_;
  simdjson::ondemand::array_iterator at_;
  simdjson::ondemand::array_iterator end_;
  /// Behind what the parser has read.
  field_scanner items_;
  std::uint32_t malformed_ = 0;
  bool started_ = false;
  bool more_ = false;
  /// Read by the parser, in one pass.
  bool whole_ = false;
};

} // namespace muster
