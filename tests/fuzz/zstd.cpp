#include "net/zstd_inflater.hpp"
#include "tests/fuzz/inflate.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_zstd(std::string_view bytes) {
  inflate(make_zstd_inflater, bytes);
}

} // namespace muster::fuzz
