#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_members(std::string_view bytes) {
  walk(member_list{frozen_buffer{bytes}, 0});
}

} // namespace muster::fuzz
