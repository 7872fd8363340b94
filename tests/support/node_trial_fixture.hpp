#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/node_trial.hpp"
#include "tests/support/store_switches.hpp"
#include "tests/support/suite.hpp"

namespace muster::test {

/// Does something to three processes of a bot, and checks what it has cost
/// (Proof 3 of the design).
inline fault_cost check_fault(node_trial& trial, const std::string& fault) {
  std::string wrong;
  auto cost = trial.run(fault, wrong);
  CAF_MESSAGE(fault << ": noticed after "
                    << (cost.noticed ? cost.noticed->count() : -1)
                    << " s, served after " << cost.served.count() << " s, "
                    << cost.doubled << " doubled");
  CAF_REQUIRE_EQUAL(wrong, "");
  CAF_CHECK_EQUAL(cost.identifies, 0u);
  CAF_MESSAGE("lost, by shard and number:" << cost.which);
  CAF_CHECK_EQUAL(cost.lost, 0u);
  if (node_trial::is_clean(fault))
    CAF_CHECK_EQUAL(cost.doubled, 0u);
  CAF_CHECK_EQUAL(trial.fleet().gateway().counts().limits_broken.identify, 0u);
  return cost;
}

/// One thing after another.
inline void check_faults(node_trial& trial,
                         const std::vector<std::string>& faults) {
  for (auto& fault : faults)
    check_fault(trial, fault);
}

} // namespace muster::test
