#include "app/simulator/fault.hpp"

#include "app/simulator/fault_plan.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_fault(std::string_view bytes) {
  std::string error;
  auto x = sim::parse_fault(bytes, &error);
  expect(x.has_value() == error.empty(), "a refusal says why");
  if (!x)
    return;
  expect(sim::parse_fault(sim::to_string(x->kind))->kind == x->kind,
         "a kind is read as written");
  expect(x->every > 0 && x->chance <= 100 && x->code >= 1000 && x->code < 5000
             && x->ms.count() >= 0,
         "numbers are in bounds");
  sim::fault_plan plan{{*x}};
  std::uint64_t struck = 0;
  for (std::uint32_t i = 0; i < 8; ++i)
    struck += plan.strike(x->when, {i % 2, i % 3, i, i}).size();
  expect(x->times == 0 || struck <= x->times, "a fault strikes no more often");
}

} // namespace muster::fuzz
