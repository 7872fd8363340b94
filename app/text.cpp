#include "app/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace muster::app {

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  double value = 0;
  auto last = text.data() + text.size();
  auto [end, ec] =
      std::from_chars(text.data(), last, value, std::chars_format::fixed);
  if (ec != std::errc{} || !std::isfinite(value) || value < 0)
    return std::nullopt;
  std::string_view unit{end, static_cast<std::size_t>(last - end)};
  double scale = 0;
  if (unit == "ms")
    scale = 1e6;
  else if (unit == "s")
    scale = 1e9;
  else if (unit == "m" || unit == "min")
    scale = 60e9;
  else if (unit == "h")
    scale = 3600e9;
  else
    return std::nullopt;
  auto ns = value * scale;
  if (ns > 3600e9 * 24 * 365)
    return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(ns));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  constexpr auto most = std::uint64_t{1} << 40;
  std::uint64_t value = 0;
  auto last = text.data() + text.size();
  auto [end, ec] = std::from_chars(text.data(), last, value);
  if (ec != std::errc{} || value > most)
    return std::nullopt;
  std::string_view unit{end, static_cast<std::size_t>(last - end)};
  auto shift = 0;
  if (unit == "K" || unit == "k")
    shift = 10;
  else if (unit == "M" || unit == "m")
    shift = 20;
  else if (!unit.empty())
    return std::nullopt;
  return value <= most >> shift ? std::optional{value << shift} : std::nullopt;
}

std::optional<std::uint32_t> parse_percent(std::string_view text) {
  std::uint32_t value = 0;
  auto last = text.data() + text.size();
  auto [end, ec] = std::from_chars(text.data(), last, value);
  if (ec != std::errc{} || value > 100
      || std::string_view{end, static_cast<std::size_t>(last - end)} != "%")
    return std::nullopt;
  return value;
}

std::string to_size(std::uint64_t bytes) {
  if (bytes != 0 && bytes % (1u << 20) == 0)
    return std::to_string(bytes >> 20) + "M";
  if (bytes != 0 && bytes % (1u << 10) == 0)
    return std::to_string(bytes >> 10) + "K";
  return std::to_string(bytes);
}

std::optional<std::vector<std::uint32_t>> parse_indexes(std::string_view text) {
  constexpr std::uint32_t most = 100'000;
  std::vector<std::uint32_t> result;
  auto number = [](std::string_view digits) -> std::optional<std::uint32_t> {
    std::uint32_t n = 0;
    auto last = digits.data() + digits.size();
    auto [end, ec] = std::from_chars(digits.data(), last, n);
    if (ec != std::errc{} || end != last || n >= most)
      return std::nullopt;
    return n;
  };
  for (;;) {
    auto comma = text.find(',');
    auto part = text.substr(0, comma);
    auto dash = part.find('-');
    auto first = number(part.substr(0, dash));
    auto last =
        dash == std::string_view::npos ? first : number(part.substr(dash + 1));
    if (!first || !last || *last < *first)
      return std::nullopt;
    for (auto i = *first; i <= *last; ++i)
      result.push_back(i);
    if (comma == std::string_view::npos)
      break;
    text.remove_prefix(comma + 1);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

std::string to_ranges(const std::vector<std::uint32_t>& sorted) {
  constexpr int most = 12;
  std::string result;
  int runs = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    if (runs++ == most)
      return result + ", and " + std::to_string(sorted.size() - i) + " more";
    auto end = i + 1;
    while (end < sorted.size() && sorted[end] == sorted[end - 1] + 1)
      ++end;
    result += (i == 0 ? "" : ", ") + std::to_string(sorted[i]);
    if (end - i > 1)
      result += (end - i > 2 ? "-" : ", ") + std::to_string(sorted[end - 1]);
    i = end;
  }
  return result;
}

std::string with_commas(std::uint64_t n) {
  auto digits = std::to_string(n);
  std::string result;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0)
      result += ',';
    result += digits[i];
  }
  return result;
}

std::string to_option(std::chrono::nanoseconds x) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(x).count();
  return ms != 0 && ms % 1000 == 0 ? std::to_string(ms / 1000) + "s"
                                   : std::to_string(ms) + "ms";
}

std::string to_words(std::chrono::nanoseconds x) {
  auto seconds = std::chrono::duration<double>(x).count();
  char text[48];
  // The unit is chosen for the rounded figure.
  if (seconds < 0.9995)
    std::snprintf(text, sizeof(text), "%.0f ms", seconds * 1000);
  else if (seconds < 59.95)
    std::snprintf(text, sizeof(text), "%.1f s", seconds);
  else
    std::snprintf(text, sizeof(text), "%ld min %ld s",
                  std::lround(seconds) / 60, std::lround(seconds) % 60);
  return text;
}

} // namespace muster::app
