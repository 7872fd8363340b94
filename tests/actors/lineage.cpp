#define CAF_SUITE actors_lineage

#include "tests/support/lineage.hpp"

#include <memory>

#include "tests/support/schedules.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST(C1 C4 C5 C6 C8 hold over random deaths) {
  schedules all{"MUSTER_LINEAGE", 10'000};
  // Nothing is left over from the seed before.
  auto wrong = all.failures([](auto seed, bool trace) {
    return std::make_unique<lineage>()->run(seed, trace);
  });
  for (auto& text : wrong)
    CAF_ERROR(text);
  CAF_MESSAGE("seeds " << all.first << " to " << all.last);
  CAF_CHECK(wrong.empty());
}
