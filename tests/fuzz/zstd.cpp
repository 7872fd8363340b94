#include "tests/fuzz/inflate.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_zstd(std::string_view bytes) {
  inflate(compression::zstd, bytes);
}

} // namespace muster::fuzz
