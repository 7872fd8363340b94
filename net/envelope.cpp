#include "net/envelope.hpp"

#include <charconv>

#include <simdjson.h>

#include "messages/field_scanner.hpp"
#include "messages/json_text.hpp"

namespace muster {

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

/// Reads a payload in any order of fields.
errc read_fields(std::string_view text, envelope& out) {
  auto wrong = false;
  field_scanner fields{text};
  field_scanner::field x;
  auto found = fields.next(x);
  for (; found == field_scanner::status::field; found = fields.next(x)) {
    if (x.key == "op") {
      auto op = integer_of<std::int64_t>(x.value).value_or(-1);
      wrong |= op < 0 || op > 255;
      out.op = static_cast<int>(wrong ? -1 : op);
    } else if (x.key == "s") {
      out.sequence = integer_of<std::uint64_t>(x.value);
    } else if (x.key == "t") {
      // Names have no escapes, so the text itself will do.
      out.name = x.value.size() >= 2 && x.value.front() == '"'
                     ? x.value.substr(1, x.value.size() - 2)
                     : std::string_view{};
    } else if (x.key == "d") {
      out.data = x.value;
    }
  }
  if (found == field_scanner::status::malformed)
    return errc::malformed_json;
  out.exact = true;
  out.rest = fields.rest();
  return out.op < 0 ? errc::malformed_field : errc{};
}

/// Cuts `text` to its first value of any type; gives what follows that, which
/// is nothing when the value is cut off.
std::string_view take_value(std::string_view& text) {
  field_scanner scanner{text};
  field_scanner::field x;
  if (!scanner.value(x))
    return {};
  text.remove_suffix(scanner.rest().size());
  return scanner.rest();
}

/// From what stands behind a malformed payload to where the next may start, so
/// that all that is no object in between counts once.
std::string_view behind_garbage(std::string_view text) {
  for (text = next_payload(text); !text.empty() && text.front() != '{';
       text = next_payload(text)) {
    if (std::string_view{"}],:"}.find(text.front()) != text.npos) {
      text.remove_prefix(1); // closes nothing, separates nothing
      continue;
    }
    auto value = text;
    text = take_value(value);
  }
  return text;
}

errc read_one(std::string_view text, envelope& out) {
  if (prefix_reader{text}.read(out))
    return errc{};
  out = envelope{};
  return read_fields(text, out);
}

} // namespace

struct envelope_reader::validator {
  bool accepts(std::string_view text) {
    return !parser
                .parse(reinterpret_cast<const std::uint8_t*>(text.data()),
                       text.size(), false)
                .error();
  }

  simdjson::dom::parser parser;
};

envelope_reader::envelope_reader(bool validate)
    : validator_(validate ? std::make_unique<validator>() : nullptr) {}

envelope_reader::~envelope_reader() = default;

errc envelope_reader::read(std::string_view text, envelope& out) {
  out = envelope{};
  text = next_payload(text);
  auto error = errc{};
  if (validator_ == nullptr) {
    error = read_one(text, out);
    if (error == errc::malformed_json)
      out.rest = is_object(text) ? take_value(text) : behind_garbage(text);
    return error;
  }
  auto rest = is_object(text) ? take_value(text) : behind_garbage(text);
  error =
      validator_->accepts(text) ? read_one(text, out) : errc::malformed_json;
  if (error == errc{})
    out.cut();
  out.rest = rest;
  return error;
}

bool envelope::cut() {
  if (exact)
    return rest.data() != nullptr;
  auto all = data;
  data = first_value(all);
  if (!data.empty())
    return cut(all.substr(
        static_cast<std::size_t>(data.data() + data.size() - all.data())));
  return cut({});
}

bool envelope::cut(std::string_view behind) {
  if (exact)
    return rest.data() != nullptr;
  exact = true;
  if (behind.data() == nullptr) {
    data = {};
    return false;
  }
  data = trim(
      data.substr(0, static_cast<std::size_t>(behind.data() - data.data())));
  auto fields = field_scanner::behind(behind);
  field_scanner::field x;
  auto found = fields.next(x);
  while (found == field_scanner::status::field)
    found = fields.next(x);
  if (found == field_scanner::status::malformed)
    return false;
  rest = fields.rest();
  return true;
}

std::string_view next_payload(std::string_view text) {
  constexpr std::string_view between{" \t\r\n\0", 5};
  auto begin = text.find_first_not_of(between);
  return begin == text.npos ? std::string_view{} : text.substr(begin);
}

} // namespace muster
