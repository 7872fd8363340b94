// Compiled for AVX2, PCLMULQDQ and BMI, and run only where there is all of it.
#include <immintrin.h>

#include "messages/container_skip_impl.hpp"

namespace muster {

namespace {

struct avx2_kernel {
  static block look_at(const char* p) {
    block result;
    // '[' and '{', and ']' and '}', differ in one bit.
    const auto lower = _mm256_set1_epi8(0x20);
    const auto quote = _mm256_set1_epi8('"');
    const auto backslash = _mm256_set1_epi8('\\');
    const auto open = _mm256_set1_epi8('{');
    const auto close = _mm256_set1_epi8('}');
    auto at = reinterpret_cast<const __m256i*>(p);
    auto low = _mm256_loadu_si256(at);
    auto high = _mm256_loadu_si256(at + 1);
    auto find = [](__m256i a, __m256i b, __m256i what) {
      auto bits = [](__m256i x) {
        return std::uint64_t{
            static_cast<std::uint32_t>(_mm256_movemask_epi8(x))};
      };
      return bits(_mm256_cmpeq_epi8(a, what))
             | bits(_mm256_cmpeq_epi8(b, what)) << 32;
    };
    result.quotes = find(low, high, quote);
    result.backslashes = find(low, high, backslash);
    low = _mm256_or_si256(low, lower);
    high = _mm256_or_si256(high, lower);
    result.opening = find(low, high, open);
    result.closing = find(low, high, close);
    return result;
  }

  static std::uint64_t parities(std::uint64_t x) {
    return parities_by_product(x);
  }
};

} // namespace

skipped_container skip_container_avx2(const char* begin, const char* end) {
  return skip_by<avx2_kernel>(begin, end);
}

} // namespace muster
