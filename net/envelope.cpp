#include "net/envelope.hpp"

#include <charconv>

#include <simdjson.h>

#include "messages/frozen_buffer.hpp"

namespace muster {

namespace od = simdjson::ondemand;

struct envelope_reader::parsers {
  od::parser fields;
  simdjson::dom::parser whole;
};

envelope_reader::envelope_reader(bool validate)
    : parsers_(std::make_unique<parsers>()), validate_(validate) {}

envelope_reader::~envelope_reader() = default;

namespace {

/// Reads the start of a dispatch; gives up at the first surprise.
class prefix_reader {
public:
  explicit prefix_reader(std::string_view text) : rest_(text) {}

  bool read(envelope& out) {
    bool has_name = false;
    bool has_sequence = false;
    if (!take('{'))
      return false;
    for (;;) {
      std::string_view key;
      if (!take_string(key) || !take(':'))
        return false;
      skip_space();
      if (key == "d") {
        out.data = rest_;
        return out.op == 0 && has_name && has_sequence;
      }
      if (key == "t") {
        if (!take_string(out.name))
          return false;
        has_name = true;
      } else if (key == "s") {
        std::uint64_t value = 0;
        if (!take_number(value))
          return false;
        out.sequence = value;
        has_sequence = true;
      } else if (key == "op") {
        if (!take_number(out.op))
          return false;
      } else {
        return false;
      }
      if (!take(','))
        return false;
    }
  }

private:
  void skip_space() {
    while (!rest_.empty()
           && (rest_.front() == ' ' || rest_.front() == '\n'
               || rest_.front() == '\r' || rest_.front() == '\t'))
      rest_.remove_prefix(1);
  }

  bool take(char c) {
    skip_space();
    if (rest_.empty() || rest_.front() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_string(std::string_view& out) {
    if (!take('"'))
      return false;
    auto end = rest_.substr(0, 64).find_first_of("\"\\");
    if (end == std::string_view::npos || rest_[end] == '\\')
      return false;
    out = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

  template <class T>
  bool take_number(T& out) {
    auto last = rest_.data() + rest_.size();
    auto [end, ec] = std::from_chars(rest_.data(), last, out);
    if (ec != std::errc{})
      return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }

  std::string_view rest_;
};

simdjson::padded_string_view padded(std::string_view text) {
  return simdjson::padded_string_view{text.data(), text.size(),
                                      text.size() + frozen_buffer::padding};
}

} // namespace

errc envelope_reader::read(std::string_view text, envelope& out) {
  if (validate_
      && parsers_->whole
             .parse(reinterpret_cast<const std::uint8_t*>(text.data()),
                    text.size(), false)
             .error())
    return errc::malformed_json;
  out = envelope{};
  if (prefix_reader{text}.read(out))
    return errc{};
  out = envelope{};
  od::document doc;
  od::object object;
  if (parsers_->fields.iterate(padded(text)).get(doc)
      || doc.get_object().get(object))
    return errc::malformed_json;
  for (auto item : object) {
    od::field field;
    if (std::move(item).get(field))
      return errc::malformed_json;
    auto key = field.key();
    auto value = field.value();
    od::json_type type;
    if (value.type().get(type))
      return errc::malformed_json;
    if (key.unsafe_is_equal("op")) {
      std::int64_t op = 0;
      if (value.get_int64().get(op) || op < 0 || op > 255)
        return errc::malformed_field;
      out.op = static_cast<int>(op);
    } else if (key.unsafe_is_equal("s")) {
      std::uint64_t sequence = 0;
      if (type == od::json_type::null)
        continue;
      if (value.get_uint64().get(sequence))
        return errc::malformed_field;
      out.sequence = sequence;
    } else if (key.unsafe_is_equal("t")) {
      if (type == od::json_type::null)
        continue;
      if (type != od::json_type::string)
        return errc::malformed_field;
      // The parser's own buffer does not outlive the next payload's; names
      // have no escapes, so the text itself will do.
      out.name = value.raw_json_token();
      out.name.remove_prefix(1);
      out.name = out.name.substr(0, out.name.find('"'));
    } else if (key.unsafe_is_equal("d")) {
      if (type == od::json_type::object) {
        od::object data;
        if (value.get_object().get(data) || data.raw_json().get(out.data))
          return errc::malformed_json;
      } else if (type == od::json_type::array) {
        od::array data;
        if (value.get_array().get(data) || data.raw_json().get(out.data))
          return errc::malformed_json;
      } else {
        out.data = value.raw_json_token();
      }
    }
  }
  if (out.op < 0)
    return errc::malformed_field;
  while (!out.data.empty()
         && (out.data.back() == ' ' || out.data.back() == '\n'
             || out.data.back() == '\r' || out.data.back() == '\t'))
    out.data.remove_suffix(1);
  out.exact = true;
  return errc{};
}

} // namespace muster
