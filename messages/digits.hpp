#pragma once

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace muster {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

namespace detail {

/// Eight digits at once, the first in the lowest byte; false if they are not
/// all digits.
inline bool read_eight(const char* p, std::uint64_t& out) {
  std::uint64_t x;
  std::memcpy(&x, p, 8);
  constexpr auto ones = ~std::uint64_t{0} / 0xFF; // a one in each byte
  // A digit has the upper half 3, also when six is added.
  if (((x & ones * 0xF0) | ((x + ones * 6) & ones * 0xF0) >> 4) != ones * 0x33)
    return false;
  x -= ones * '0';
  x = x * 10 + (x >> 8); // pairs, in every other byte
  constexpr std::uint64_t pair = 0x000000FF000000FF;
  constexpr std::uint64_t first = 100 + (std::uint64_t{1000000} << 32);
  constexpr std::uint64_t second = 1 + (std::uint64_t{10000} << 32);
  out = ((x & pair) * first + ((x >> 16) & pair) * second) >> 32;
  return true;
}

} // namespace detail

/// Reads digits from `p` on and gives where they end. `out` is their number,
/// zero if there are none or if it is too large.
inline const char* read_digits(const char* p, const char* end,
                               std::uint64_t& out) {
  out = 0;
  auto begin = p;
  std::uint64_t value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::uint64_t eight;
    while (end - p >= 8 && p - begin < 16 && detail::read_eight(p, eight)) {
      value = value * 100000000 + eight;
      p += 8;
    }
  }
  for (; p != end && is_digit(*p) && p - begin < 19; ++p)
    value = value * 10 + static_cast<std::uint64_t>(*p - '0');
  if (p == end || !is_digit(*p)) {
    out = value;
    return p;
  }
  // Twenty digits and more: few of them fit.
  auto [behind, ec] = std::from_chars(begin, end, value);
  if (ec == std::errc{})
    out = value;
  return behind;
}

} // namespace muster
