#include "messages/field_scanner.hpp"

#include <bit>
#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "messages/json_text.hpp"

namespace muster {

namespace {

constexpr std::size_t block_size = 64;

/// What stands where in 64 bytes, a bit each.
struct block {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opening = 0;
  std::uint64_t closing = 0;
};

#if defined(__SSE2__)

block look_at(const char* p) {
  block result;
  // '[' and '{', and ']' and '}', differ in one bit.
  const auto lower = _mm_set1_epi8(0x20);
  const auto quote = _mm_set1_epi8('"');
  const auto backslash = _mm_set1_epi8('\\');
  const auto open = _mm_set1_epi8('{');
  const auto close = _mm_set1_epi8('}');
  auto bits = [](__m128i x) {
    return static_cast<std::uint64_t>(
        static_cast<std::uint32_t>(_mm_movemask_epi8(x)));
  };
  for (unsigned i = 0; i < block_size; i += 16) {
    auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + i));
    auto folded = _mm_or_si128(bytes, lower);
    result.quotes |= bits(_mm_cmpeq_epi8(bytes, quote)) << i;
    result.backslashes |= bits(_mm_cmpeq_epi8(bytes, backslash)) << i;
    result.opening |= bits(_mm_cmpeq_epi8(folded, open)) << i;
    result.closing |= bits(_mm_cmpeq_epi8(folded, close)) << i;
  }
  return result;
}

#else

block look_at(const char* p) {
  block result;
  for (unsigned i = 0; i < block_size; ++i) {
    auto bit = std::uint64_t{1} << i;
    auto folded = static_cast<char>(p[i] | 0x20);
    result.quotes |= p[i] == '"' ? bit : 0;
    result.backslashes |= p[i] == '\\' ? bit : 0;
    result.opening |= folded == '{' ? bit : 0;
    result.closing |= folded == '}' ? bit : 0;
  }
  return result;
}

#endif

/// Sets each bit to the parity of the bits up to it: inside a string or not.
std::uint64_t parities(std::uint64_t x) {
  for (unsigned shift = 1; shift < 64; shift *= 2)
    x ^= x << shift;
  return x;
}

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

} // namespace

field_scanner::field_scanner(std::string_view text)
    : at_(text.data()), end_(text.data() + text.size()) {}

field_scanner field_scanner::behind(std::string_view text) {
  field_scanner result{text};
  result.first_ = false;
  return result;
}

void field_scanner::skip_space() {
  while (at_ != end_ && is_space(*at_))
    ++at_;
}

bool field_scanner::take(char c) {
  skip_space();
  if (at_ == end_ || *at_ != c)
    return false;
  ++at_;
  return true;
}

bool field_scanner::skip_string() {
  for (++at_; at_ != end_; ++at_) {
    if (*at_ == '"') {
      ++at_;
      return true;
    }
    if (*at_ == '\\' && ++at_ == end_)
      return false;
  }
  return false;
}

bool field_scanner::skip_scalar() {
  auto begin = at_;
  while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']'
         && !is_space(*at_))
    ++at_;
  return at_ != begin;
}

bool field_scanner::skip_container(std::uint32_t& objects) {
  std::uint64_t in_string = 0; // all ones while a string goes on
  bool escape = false;         // a backslash ended the last block
  std::size_t depth = 0;
  for (; at_ < end_; at_ += block_size) {
    auto x = look_at(at_);
    if (size_left() < block_size) {
      auto valid = (std::uint64_t{1} << size_left()) - 1;
      x.quotes &= valid;
      x.backslashes &= valid;
      x.opening &= valid;
      x.closing &= valid;
    }
    if (x.backslashes != 0 || escape) {
      std::uint64_t escaped = escape ? 1 : 0;
      escape = false;
      for (auto left = x.backslashes; left != 0; left &= left - 1) {
        auto bit = left & (~left + 1);
        if ((escaped & bit) != 0)
          continue; // itself escaped, it escapes nothing
        if (bit == std::uint64_t{1} << 63)
          escape = true;
        else
          escaped |= bit << 1;
      }
      x.quotes &= ~escaped;
    }
    auto inside = parities(x.quotes) ^ in_string;
    in_string = (inside >> 63) != 0 ? ~std::uint64_t{0} : 0;
    for (auto left = (x.opening | x.closing) & ~inside; left != 0;
         left &= left - 1) {
      auto i = std::countr_zero(left);
      if ((x.opening >> i & 1) != 0) {
        if (depth++ == 1 && at_[i] == '{')
          ++objects;
      } else if (--depth == 0) {
        at_ += i + 1;
        return true;
      }
    }
  }
  at_ = end_;
  return false;
}

field_scanner::status field_scanner::next(field& out) {
  if (first_ && !take('{'))
    return status::malformed;
  skip_space();
  if (at_ != end_ && *at_ == '}') {
    ++at_;
    return status::end;
  }
  if (!first_ && !take(','))
    return status::malformed;
  first_ = false;
  skip_space();
  auto key = at_;
  if (at_ == end_ || *at_ != '"' || !skip_string())
    return status::malformed;
  out.key = {key + 1, static_cast<std::size_t>(at_ - key) - 2};
  return take(':') && value(out) ? status::field : status::malformed;
}

field_scanner::status field_scanner::item(field& out) {
  if (first_ && !take('['))
    return status::malformed;
  first_ = false;
  while (take(','))
    continue;
  if (take(']'))
    return status::end;
  auto begin = at_;
  if (value(out))
    return status::field;
  if (at_ == end_)
    return status::malformed;
  at_ = begin + 1;
  out.value = {begin, 1};
  return status::field;
}

bool field_scanner::value(field& out) {
  skip_space();
  if (at_ == end_)
    return false;
  out.objects = 0;
  auto begin = at_;
  auto ok = *at_ == '"'                  ? skip_string()
            : *at_ == '{' || *at_ == '[' ? skip_container(out.objects)
                                         : skip_scalar();
  if (ok)
    out.value = {begin, static_cast<std::size_t>(at_ - begin)};
  return ok;
}

std::string_view first_value(std::string_view text) {
  field_scanner scanner{text};
  field_scanner::field x;
  if (!scanner.value(x))
    return {};
  auto first = x.value.front();
  if (first == '{' || first == '[' || first == '"')
    return x.value;
  auto whole = !scanner.rest().empty()
               && (x.value == "null" || x.value == "true" || x.value == "false"
                   || (number_of(x.value) && x.value.back() != '.'));
  return whole ? x.value : std::string_view{};
}

} // namespace muster
