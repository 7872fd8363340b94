#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace muster {

/// Space, or what ASCII has beside it: tabs and ends of lines.
constexpr bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Without blanks at both ends.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

/// Letters of ASCII only, whatever the locale.
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The same of each character.
inline std::string lower(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    c = lower(c);
  return result;
}

/// But for upper and lower case.
constexpr bool is_same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

} // namespace muster
