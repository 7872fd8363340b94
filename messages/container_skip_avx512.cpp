// Compiled for AVX-512 (BW), PCLMULQDQ and BMI, and run only where there is
// all of it.
#include <immintrin.h>

#include "messages/container_skip_impl.hpp"

namespace muster {

namespace {

struct avx512_kernel {
  static block look_at(const char* p) {
    auto bytes = _mm512_loadu_si512(p);
    // '[' and '{', and ']' and '}', differ in one bit.
    auto folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    block result;
    result.quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
    result.backslashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
    result.opening = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('{'));
    result.closing = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}'));
    return result;
  }

  static std::uint64_t parities(std::uint64_t x) {
    return parities_by_product(x);
  }
};

} // namespace

skipped_container skip_container_avx512(const char* begin, const char* end) {
  return skip_by<avx512_kernel>(begin, end);
}

} // namespace muster
