#include "net/http_refusal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "net/words.hpp"

namespace muster {

namespace {

using sys_time = std::chrono::system_clock::time_point;

/// A number that starts `text`; also without an end.
template <class T>
std::optional<T> number(std::string_view text) {
  T result{};
  auto [end, ec] =
      std::from_chars(text.data(), text.data() + text.size(), result);
  return ec == std::errc{} && end != text.data() ? std::optional{result}
                                                 : std::nullopt;
}

/// 1 to 12, or 0.
unsigned month_of(std::string_view text) {
  constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
  auto at = text.size() == 3 ? names.find(lower(text)) : names.npos;
  return at == names.npos || at % 3 != 0 ? 0
                                         : static_cast<unsigned>(at / 3) + 1;
}

/// Any of HTTP's three forms of a date, which differ in order and signs only:
/// "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" and
/// "Sun Nov  6 08:49:37 1994".
std::optional<sys_time> read_date(std::string_view text) {
  std::optional<unsigned> day;
  std::optional<int> year;
  std::optional<std::chrono::seconds> time;
  unsigned month = 0;
  constexpr std::string_view signs = " ,-";
  while (!text.empty()) {
    auto end = std::min(text.find_first_of(signs), text.size());
    auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty())
      continue;
    if (word.size() == 8 && word[2] == ':' && word[5] == ':') {
      auto h = number<unsigned>(word.substr(0, 2));
      auto m = number<unsigned>(word.substr(3, 2));
      auto s = number<unsigned>(word.substr(6, 2));
      if (!h || !m || !s || *h > 23 || *m > 59 || *s > 60)
        return std::nullopt;
      time = std::chrono::seconds{*h * 3600 + *m * 60 + *s};
    } else if (auto x = month_of(word)) {
      month = x;
    } else if (auto n = number<unsigned>(word); n && word.size() <= 4) {
      if (!day)
        day = *n;
      else
        year = static_cast<int>(*n)
               + (word.size() > 2 ? 0
                  : *n < 70       ? 2000
                                  : 1900);
    }
  }
  if (!day || !year || !time || month == 0)
    return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year{*year},
                                   std::chrono::month{month},
                                   std::chrono::day{*day}};
  if (!date.ok() || *year < 1970 || *year > 2200) // our clock would overflow
    return std::nullopt;
  return sys_time{std::chrono::sys_days{date}} + *time;
}

/// The number of Cloudflare's error ("error code: 1015"), or 0.
unsigned cloudflare_error(std::string_view body) {
  auto text = lower(body.substr(0, 16 << 10));
  for (auto at = text.find("error"); at != text.npos;
       at = text.find("error", at + 1)) {
    auto near = std::string_view{text}.substr(at, 60);
    for (std::size_t i = near.find('1'); i != near.npos;
         i = near.find('1', i + 1)) {
      auto digits = near.substr(i, 5);
      auto n = std::min(digits.find_first_not_of("0123456789"), digits.size());
      if (n == 4 && (i == 0 || near[i - 1] < '0' || near[i - 1] > '9'))
        return *number<unsigned>(digits);
    }
  }
  return 0;
}

} // namespace

timespan bounded_wait(double seconds) {
  if (!(seconds > 0)) // not a number, too
    return timespan{0};
  return std::chrono::milliseconds{
      static_cast<std::int64_t>(std::ceil(std::min(seconds, 86'400.0) * 1000))};
}

timespan asked_to_wait(const http_answer& x, sys_time now) {
  auto word =
      std::string_view{x.retry_after}.substr(0, x.retry_after.find(' '));
  if (word.find(':') == word.npos) // no time of a day
    if (auto seconds = number<double>(word))
      return std::isfinite(*seconds) ? bounded_wait(*seconds) : timespan{0};
  auto until = read_date(x.retry_after);
  if (!until)
    return timespan{0};
  std::chrono::duration<double> wait = *until - read_date(x.date).value_or(now);
  return bounded_wait(wait.count());
}

bool is_cloudflare_page(const http_answer& x) {
  if (lower(x.server).find("cloudflare") == std::string::npos || x.status < 400)
    return false;
  auto first = x.body.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && x.body[first] == '{')
    return false; // Discord's own, passed on
  return lower(x.content_type).find("text/html") != std::string::npos
         || (first != std::string::npos && x.body[first] == '<')
         || cloudflare_error(x.body) != 0;
}

std::string describe(const http_answer& x) {
  auto result = "HTTP " + std::to_string(x.status);
  if (is_cloudflare_page(x)) {
    result += ", a page of Cloudflare and not of Discord";
    auto error = cloudflare_error(x.body);
    if (error != 0)
      result += " (error " + std::to_string(error) + ")";
    if (error == 1015 || x.status == 429)
      result += ": too many requests came from this address, which has to wait";
    else if (x.status == 403)
      result += ": this address is blocked; try from another one";
  } else if (x.status >= 300 && x.status < 400 && !x.location.empty()) {
    result += " to " + shown(x.location);
  }
  return result;
}

std::string shown(std::string_view text, std::size_t limit) {
  std::string result{text.substr(0, limit)};
  for (auto& c : result)
    if (c < ' ' || c > '~')
      c = '?';
  if (text.size() > limit)
    result += "...";
  return result;
}

} // namespace muster
