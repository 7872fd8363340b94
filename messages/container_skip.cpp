#include "messages/container_skip.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "messages/container_skip_impl.hpp"

namespace muster {

namespace {

std::uint64_t parities_of(std::uint64_t x) {
  for (unsigned shift = 1; shift < 64; shift *= 2)
    x ^= x << shift;
  return x;
}

struct plain_kernel {
  static block look_at(const char* p) {
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

  static std::uint64_t parities(std::uint64_t x) { return parities_of(x); }
};

#if defined(__SSE2__)

struct sse2_kernel {
  static block look_at(const char* p) {
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

  static std::uint64_t parities(std::uint64_t x) { return parities_of(x); }
};

#endif

std::vector<container_skipper> find_skippers() {
  std::vector<container_skipper> result;
#if defined(MUSTER_HAS_AVX_UNITS)
  if (__builtin_cpu_supports("pclmul") && __builtin_cpu_supports("bmi")) {
    // VBMI2 came when wide instructions no longer slowed the processor down.
    if (__builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vbmi2"))
      result.push_back({"avx512", skip_container_avx512});
    if (__builtin_cpu_supports("avx2"))
      result.push_back({"avx2", skip_container_avx2});
  }
#endif
#if defined(__SSE2__)
  result.push_back({"sse2", skip_by<sse2_kernel>});
#endif
  result.push_back({"plain", skip_by<plain_kernel>});
  return result;
}

} // namespace

const std::vector<container_skipper>& container_skippers() {
  static const auto result = find_skippers();
  return result;
}

skipped_container skip_container(const char* begin, const char* end) {
  static const auto best = container_skippers().front().skip;
  return best(begin, end);
}

} // namespace muster
