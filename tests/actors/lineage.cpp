#define CAF_SUITE actors_lineage

#include "tests/support/lineage.hpp"

#include <cstdlib>
#include <memory>
#include <optional>

#include "tests/support/schedules.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr int most_reports = 20;

} // namespace

CAF_TEST(C1 C4 C5 C6 C8 hold over random deaths) {
  auto only = number_from("MUSTER_LINEAGE_SEED", 0);
  auto schedules = number_from("MUSTER_LINEAGE_SCHEDULES", 10'000);
  auto first = only != 0 ? only : number_from("MUSTER_LINEAGE_FIRST", 1);
  auto last = only != 0 ? only : first + schedules - 1;
  std::optional<silence> quiet;
  if (only == 0)
    quiet.emplace();
  else
    log().set_level(spdlog::level::debug);
  int failed = 0;
  for (auto seed = first; seed <= last && failed < most_reports; ++seed) {
    // Nothing is left over from the seed before.
    auto wrong = std::make_unique<lineage>()->run(seed, only != 0);
    if (wrong.empty())
      continue;
    ++failed;
    CAF_ERROR("MUSTER_LINEAGE_SEED=" << seed << ": " << wrong);
  }
  CAF_MESSAGE("seeds " << first << " to " << last);
  CAF_CHECK_EQUAL(failed, 0);
}
