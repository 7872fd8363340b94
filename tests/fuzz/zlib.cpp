#include "tests/fuzz/inflate.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_zlib(std::string_view bytes) {
  inflate(compression::zlib, bytes);
}

} // namespace muster::fuzz
