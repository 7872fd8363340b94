#pragma once

#include <array>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "messages/container_skip.hpp"
#include "messages/field_scanner.hpp"

// What is called for each of a member's thirty fields: inlined, so that where
// the scanner is stays in registers.

namespace muster {

namespace detail {

enum char_class : std::uint8_t { space = 1, closes = 2, opens = 4 };

constexpr std::array<std::uint8_t, 256> classes_of_chars() {
  std::array<std::uint8_t, 256> result{};
  for (unsigned char c : {' ', '\n', '\r', '\t'})
    result[c] = space;
  for (unsigned char c : {',', '}', ']'})
    result[c] = closes;
  for (unsigned char c : {'{', '[', '"'})
    result[c] = opens;
  return result;
}

inline constexpr auto char_classes = classes_of_chars();

inline std::uint8_t class_of(char c) {
  return char_classes[static_cast<unsigned char>(c)];
}

inline const char* skip_space(const char* p, const char* end) {
  while (p != end && class_of(*p) == space)
    ++p;
  return p;
}

/// Of 64 bytes a bit for each quote and backslash.
inline std::uint64_t quotes_in(const char* p) {
  std::uint64_t result = 0;
#if defined(__SSE2__)
  const auto quote = _mm_set1_epi8('"');
  const auto backslash = _mm_set1_epi8('\\');
  for (unsigned i = 0; i < 64; i += 16) {
    auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + i));
    auto found = _mm_movemask_epi8(_mm_or_si128(
        _mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
    result |= std::uint64_t{static_cast<std::uint32_t>(found)} << i;
  }
#else
  for (unsigned i = 0; i < 64; ++i)
    if (p[i] == '"' || p[i] == '\\')
      result |= std::uint64_t{1} << i;
#endif
  return result;
}

/// Behind what most often is neither text nor object, or at it.
inline const char* skip_word(const char* p, const char* end) {
  if (end - p < 6)
    return p;
  std::uint32_t first;
  std::memcpy(&first, p, 4);
  auto is = [first](const char* word) {
    std::uint32_t wanted;
    std::memcpy(&wanted, word, 4);
    return first == wanted;
  };
  return is("null") || is("true")    ? p + 4
         : is("fals") && p[4] == 'e' ? p + 5
                                     : p;
}

/// Compares `size` bytes; some behind them are read, too.
inline bool is_same(const char* a, const char* b, std::size_t size) {
#if defined(__SSE2__)
  auto differ = [&](std::size_t at) {
    auto x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + at));
    auto y = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + at));
    return ~static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)))
           & 0xffff;
  };
  std::size_t at = 0;
  for (; size - at > 16; at += 16)
    if (differ(at) != 0)
      return false;
  return differ(at) << (16 - (size - at)) << 16 == 0;
#else
  return std::memcmp(a, b, size) == 0;
#endif
}

} // namespace detail

[[gnu::always_inline]] inline const char*
field_scanner::find_quote(const char* p) {
  auto into = block_ == nullptr ? 64 : static_cast<std::size_t>(p - block_);
  if (into < 64) {
    if (auto left = quotes_ >> into; left != 0)
      return p + std::countr_zero(left);
    p = block_ + 64;
  }
  for (; p < end_; p += 64) {
    block_ = p;
    quotes_ = detail::quotes_in(p);
    if (quotes_ != 0)
      return p + std::countr_zero(quotes_);
  }
  return end_;
}

[[gnu::always_inline]] inline const char*
field_scanner::skip_string(const char* p) {
  for (; (p = find_quote(p)) < end_; ++p) {
    if (*p == '"')
      return p + 1;
    if (++p == end_) // behind a backslash
      break;
  }
  return nullptr;
}

// What is written through `out` may be at_, as far as the compiler knows: all
// is done with copies.

[[gnu::always_inline]] inline bool field_scanner::value(field& out) {
  auto p = detail::skip_space(at_, end_);
  at_ = p;
  if (p == end_)
    return false;
  out.objects = 0;
  if (*p == '{' || *p == '[') {
    auto found = skip_container(p, end_);
    out.objects = found.objects;
    at_ = found.behind == nullptr ? end_ : found.behind;
    if (found.behind == nullptr)
      return false;
  } else if (*p == '"') {
    at_ = skip_string(p + 1);
    if (at_ == nullptr) {
      at_ = end_;
      return false;
    }
  } else {
    auto behind = detail::skip_word(p, end_);
    while (behind != end_ && detail::class_of(*behind) != detail::space
           && detail::class_of(*behind) != detail::closes) {
      if (in_place_ && detail::class_of(*behind) == detail::opens)
        return false;
      ++behind;
    }
    if (behind == p)
      return false;
    at_ = behind;
  }
  out.value = {p, static_cast<std::size_t>(at_ - p)};
  return true;
}

[[gnu::always_inline]] inline bool field_scanner::take_same(const char* text,
                                                            std::size_t size) {
  if (size_left() < size || !detail::is_same(at_, text, size))
    return false;
  at_ += size;
  first_ = false;
  return true;
}

[[gnu::always_inline]] inline field_scanner::status
field_scanner::key(std::string_view& out) {
  const auto end = end_;
  auto p = detail::skip_space(at_, end);
  if (first_) {
    if (p == end || *p != '{')
      return status::malformed;
    p = detail::skip_space(p + 1, end);
  }
  if (p != end && *p == '}') {
    at_ = p + 1;
    first_ = false; // what it is in goes on
    return status::end;
  }
  if (!first_) {
    if (p == end || *p != ',')
      return status::malformed;
    p = detail::skip_space(p + 1, end);
  }
  if (p == end || *p != '"')
    return status::malformed;
  auto begin = p + 1;
  p = skip_string(begin);
  if (p == nullptr)
    return status::malformed;
  auto size = static_cast<std::size_t>(p - begin) - 1;
  p = detail::skip_space(p, end);
  if (p == end || *p != ':')
    return status::malformed;
  at_ = p + 1;
  first_ = false;
  out = {begin, size};
  return status::field;
}

} // namespace muster
