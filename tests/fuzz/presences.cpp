#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_presences(std::string_view bytes) {
  walk(presence_list{frozen_buffer{bytes}});
}

} // namespace muster::fuzz
