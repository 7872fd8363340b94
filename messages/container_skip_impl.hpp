#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__PCLMUL__)
#include <immintrin.h>
#endif

#include "messages/container_skip.hpp"

// For units that are compiled for certain processors: nothing here is shared
// between them, as an inline function of the library would be.

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

/// Those of the backslashes' bits that are not escaped themselves escape the
/// bit behind them; `escape` goes from block to block.
std::uint64_t escaped_by(std::uint64_t backslashes, bool& escape) {
  std::uint64_t result = escape ? 1 : 0;
  escape = false;
  for (auto left = backslashes; left != 0; left &= left - 1) {
    auto bit = left & (~left + 1);
    if ((result & bit) != 0)
      continue;
    if (bit == std::uint64_t{1} << 63)
      escape = true;
    else
      result |= bit << 1;
  }
  return result;
}

#if defined(__PCLMUL__)

/// A kernel's `parities`, by a product without carries.
std::uint64_t parities_by_product(std::uint64_t x) {
  auto wide = _mm_set_epi64x(0, static_cast<long long>(x));
  return static_cast<std::uint64_t>(
      _mm_cvtsi128_si64(_mm_clmulepi64_si128(wide, _mm_set1_epi8(-1), 0)));
}

#endif

/// `Kernel::look_at` finds a block's bits, `Kernel::parities` sets each bit to
/// the parity of the bits up to it: inside a string or not.
template <class Kernel>
skipped_container skip_by(const char* at, const char* end) {
  skipped_container result;
  std::uint64_t in_string = 0; // all ones while a string goes on
  bool escape = false;         // a backslash ended the last block
  std::size_t depth = 0;
  for (; at < end; at += block_size) {
    block x = Kernel::look_at(at);
    if (auto left = static_cast<std::size_t>(end - at); left < block_size) {
      auto valid = (std::uint64_t{1} << left) - 1;
      x.quotes &= valid;
      x.backslashes &= valid;
      x.opening &= valid;
      x.closing &= valid;
    }
    if (x.backslashes != 0 || escape)
      x.quotes &= ~escaped_by(x.backslashes, escape);
    auto inside = Kernel::parities(x.quotes) ^ in_string;
    in_string = (inside >> 63) != 0 ? ~std::uint64_t{0} : 0;
    for (auto left = (x.opening | x.closing) & ~inside; left != 0;
         left &= left - 1) {
      auto i = __builtin_ctzll(left);
      if ((x.opening >> i & 1) != 0) {
        if (depth++ == 1 && at[i] == '{')
          ++result.objects;
      } else if (--depth == 0) {
        result.behind = at + i + 1;
        return result;
      }
    }
  }
  return result;
}

} // namespace

/// On processors with AVX2, PCLMULQDQ and BMI.
skipped_container skip_container_avx2(const char* begin, const char* end);

/// And with AVX-512 (BW).
skipped_container skip_container_avx512(const char* begin, const char* end);

} // namespace muster
