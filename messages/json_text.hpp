#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "messages/frozen_buffer.hpp"
#include "messages/snowflake.hpp"

// How the views of members and presences read JSON; for their .cpp files.

namespace muster {

static_assert(frozen_buffer::padding >= simdjson::SIMDJSON_PADDING);

// -- the raw text of one value ------------------------------------------------

/// Without white space at its end.
std::string_view trim(std::string_view raw);

/// The decoded string, none if it is not one.
std::optional<std::string> text_of(std::string_view raw);

/// From a string or a number; zero if it is neither.
snowflake id_of(std::string_view raw);

/// From a non-negative integer; zero if it is none.
std::uint64_t number_of(std::string_view raw);

/// The raw text of a value, trimmed; skips over it.
simdjson::error_code raw_text(simdjson::ondemand::value value,
                              std::string_view& out);

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

// -- a whole text -------------------------------------------------------------

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

/// A walk over an array of objects in one pass. Keeps its bytes alive.
class json_array {
public:
  explicit json_array(frozen_buffer bytes);

  /// Reads the next element that `read(value)` gives no error for; false at
  /// the end. `json` becomes its text.
  template <class F>
  bool next(std::string_view& json, F&& read) {
    while (more_) {
      if (started_)
        ++at_;
      started_ = true;
      more_ = at_ != end_;
      if (!more_)
        break;
      simdjson::ondemand::value value;
      if ((*at_).get(value)) {
        more_ = false; // the array itself is broken
        ++malformed_;
        break;
      }
      const char* begin = nullptr;
      const char* end = nullptr;
      if (!document_.current_location().get(begin) && !read(value)
          && !document_.current_location().get(end)) {
        json = trim({begin, static_cast<std::size_t>(end - begin)});
        return true;
      }
      ++malformed_;
    }
    return false;
  }

  /// Elements so far that were left out.
  std::uint32_t malformed() const { return malformed_; }

private:
  frozen_buffer bytes_;
  lent_parser parser_;
  simdjson::ondemand::document document_;
  simdjson::ondemand::array array_;
  simdjson::ondemand::array_iterator at_;
  simdjson::ondemand::array_iterator end_;
  std::uint32_t malformed_ = 0;
  bool started_ = false;
  bool more_ = false;
};

} // namespace muster
