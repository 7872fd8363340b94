#define CAF_SUITE actors_cluster

#include "tests/support/cluster.hpp"

#include <memory>

#include "tests/support/schedules.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST(C1 C2 C3 C4 C5 C7 C8 C9 C11 C12 C13 hold over random deaths of many) {
  schedules all{"MUSTER_CLUSTER", 10'000};
  // Nothing is left over from the seed before.
  auto wrong = all.failures([](auto seed, bool trace) {
    return std::make_unique<cluster>()->run(seed, trace);
  });
  for (auto& text : wrong)
    CAF_ERROR(text);
  CAF_MESSAGE("seeds " << all.first << " to " << all.last);
  CAF_CHECK(wrong.empty());
}
