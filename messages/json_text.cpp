#include "messages/json_text.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

namespace muster {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

/// Integers up to here are exact in a double.
constexpr double max_exact = 9007199254740992.0;

bool is_string(std::string_view raw) {
  return raw.size() >= 2 && raw.front() == '"' && raw.back() == '"';
}

std::string_view unquoted(std::string_view raw) {
  return is_string(raw) ? raw.substr(1, raw.size() - 2) : raw;
}

/// ASCII without a backslash.
bool is_plain(std::string_view text) {
  constexpr auto ones = ~std::uint64_t{0} / 0xFF; // a one in each byte
  constexpr auto tops = ones << 7;
  auto odd = std::uint64_t{0};
  auto look_at = [&odd](std::uint64_t eight) {
    auto slashes = eight ^ ones * '\\';
    // Sets the top bit of each byte that was zero, and maybe of others where
    // there was one.
    odd |= eight | ((slashes - ones) & ~slashes);
  };
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data(), 8);
    look_at(eight);
  }
  std::uint64_t last = 0;
  if (!text.empty()) // which may be at the address null
    std::memcpy(&last, text.data(), text.size());
  look_at(last);
  return (odd & tops) == 0;
}

/// Of ASCII at the front, up to a backslash.
std::size_t plain_size(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && text[n] != '\\'
         && static_cast<signed char>(text[n]) >= 0)
    ++n;
  return n;
}

/// Absent or null, as most fields are, or nan, which is no number of JSON.
bool is_nothing(std::string_view raw) {
  return raw.empty() || raw.front() == 'n';
}

void append_code(std::string& out, std::uint32_t code) {
  auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
    return;
  }
  if (code < 0x800) {
    add(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xE0 | code >> 12);
    } else {
      add(0xF0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3F));
    }
    add(0x80 | (code >> 6 & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

/// Takes one character of more than one byte, or what is there of it.
void take_character(std::string_view& text, std::string& out) {
  auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  auto lead = at(0);
  // The second byte is bounded so that nothing is longer than it need be, no
  // surrogate and not above U+10FFFF.
  auto low = lead == 0xE0 ? 0xA0u : lead == 0xF0 ? 0x90u : 0x80u;
  auto high = lead == 0xED ? 0x9Fu : lead == 0xF4 ? 0x8Fu : 0xBFu;
  std::size_t size = lead < 0xC2   ? 0
                     : lead < 0xE0 ? 2
                     : lead < 0xF0 ? 3
                     : lead < 0xF5 ? 4
                                   : 0;
  std::size_t good = 1;
  while (good < size && at(good) >= low && at(good) <= high) {
    ++good;
    low = 0x80;
    high = 0xBF;
  }
  out += good == size ? text.substr(0, size) : replacement;
  text.remove_prefix(good);
}

/// Takes the four digits of \u; none, and nothing taken, if they are no such.
std::optional<std::uint32_t> take_code(std::string_view& text) {
  std::uint32_t code = 0;
  if (text.size() < 4)
    return std::nullopt;
  auto last = text.data() + 4;
  auto [end, ec] = std::from_chars(text.data(), last, code, 16);
  if (ec != std::errc{} || end != last)
    return std::nullopt;
  text.remove_prefix(4);
  return code;
}

bool is_high(std::uint32_t code) {
  return code >= 0xD800 && code < 0xDC00;
}

bool is_low(std::uint32_t code) {
  return code >= 0xDC00 && code < 0xE000;
}

/// Behind \u.
void take_unicode_escape(std::string_view& text, std::string& out) {
  auto code = take_code(text);
  if (code && is_high(*code) && text.substr(0, 2) == "\\u") {
    auto behind = text.substr(2);
    if (auto low = take_code(behind); low && is_low(*low)) {
      text = behind;
      append_code(out, 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00));
      return;
    }
  }
  if (code && !is_high(*code) && !is_low(*code))
    append_code(out, *code);
  else
    out += replacement;
}

/// Behind a backslash.
void take_escape(std::string_view& text, std::string& out) {
  constexpr std::string_view names = "\"\\/bfnrt";
  constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
  auto c = text.empty() ? '\0' : text.front();
  if (auto i = names.find(c); i != names.npos) {
    text.remove_prefix(1);
    out += meant[i];
  } else if (c == 'u') {
    text.remove_prefix(1);
    take_unicode_escape(text, out);
  } else {
    out += replacement; // and what follows stands for itself
  }
}

template <class T>
bool read_all(std::string_view text, T& out) {
  auto last = text.data() + text.size();
  auto [end, ec] = std::from_chars(text.data(), last, out);
  return ec == std::errc{} && end == last;
}

} // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty()
         && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t'
             || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

bool is_array(std::string_view raw) {
  return !raw.empty() && raw.front() == '[';
}

bool is_object(std::string_view raw) {
  return !raw.empty() && raw.front() == '{';
}

std::optional<std::string_view> text_of(std::string_view raw,
                                        std::string& scratch) {
  if (!is_string(raw))
    return std::nullopt;
  auto inside = unquoted(raw);
  if (is_plain(inside))
    return inside;
  scratch.clear();
  while (!inside.empty()) {
    auto plain = plain_size(inside);
    scratch.append(inside.data(), plain);
    inside.remove_prefix(plain);
    if (inside.empty())
      break;
    if (inside.front() == '\\') {
      inside.remove_prefix(1);
      take_escape(inside, scratch);
    } else {
      take_character(inside, scratch);
    }
  }
  return scratch;
}

std::optional<std::string> text_of(std::string_view raw) {
  std::string scratch;
  auto text = text_of(raw, scratch);
  if (!text)
    return std::nullopt;
  if (text->data() == scratch.data())
    return scratch;
  return std::string{*text};
}

snowflake id_of(std::string_view raw) {
  // Nearly always digits; the rest is for the other way to look at.
  if (auto id = parse_snowflake(unquoted(raw)))
    return *id;
  return snowflake{integer_of<std::uint64_t>(raw).value_or(0)};
}

template <class T>
std::optional<T> integer_of(std::string_view raw) {
  if (is_nothing(raw))
    return std::nullopt;
  T result = 0;
  if (read_all(unquoted(raw), result))
    return result;
  auto x = number_of(raw);
  if (!x || std::trunc(*x) != *x || std::abs(*x) > max_exact
      || (*x < 0 && std::is_unsigned_v<T>))
    return std::nullopt;
  return static_cast<T>(*x);
}

template std::optional<std::int64_t> integer_of(std::string_view raw);
template std::optional<std::uint64_t> integer_of(std::string_view raw);

std::optional<double> number_of(std::string_view raw) {
  double result = 0;
  if (!read_all(unquoted(raw), result) || !std::isfinite(result))
    return std::nullopt;
  return result;
}

std::optional<bool> truth_of(std::string_view raw) {
  if (is_nothing(raw))
    return std::nullopt;
  auto word = unquoted(raw);
  if (word == "true")
    return true;
  if (word == "false")
    return false;
  auto x = integer_of<std::int64_t>(raw);
  return x == 1   ? std::optional{true}
         : x == 0 ? std::optional{false}
                  : std::nullopt;
}

} // namespace muster
