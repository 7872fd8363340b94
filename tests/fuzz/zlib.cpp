#include "net/isal_inflater.hpp"
#include "net/zlib_inflater.hpp"
#include "tests/fuzz/inflate.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_zlib(std::string_view bytes) {
  inflate(make_zlib_inflater, bytes);
  inflate(make_isal_inflater, bytes);
}

} // namespace muster::fuzz
