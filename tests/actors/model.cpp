#define CAF_SUITE actors_model

#include "tests/support/model.hpp"

#include <cstdlib>

#include "actors/log.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Bad input is logged, and here most input is bad.
struct silence {
  silence() : level(log().level()) { log().set_level(spdlog::level::off); }
  ~silence() { log().set_level(level); }

  spdlog::level::level_enum level;
};

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  auto text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

constexpr int most_reports = 5;

} // namespace

CAF_TEST(E1 E2 E3 E4 Q3 Q5 S5 hold over random schedules) {
  silence quiet;
  auto only = number_from("MUSTER_MODEL_SEED", 0);
  auto schedules = number_from("MUSTER_MODEL_SCHEDULES", 10'000);
  auto first = only != 0 ? only : 1;
  auto last = only != 0 ? only : schedules;
  auto tried = std::make_unique<model>();
  int failed = 0;
  for (auto seed = first; seed <= last && failed < most_reports; ++seed) {
    auto wrong = tried->run(seed, only != 0);
    if (wrong.empty())
      continue;
    ++failed;
    CAF_ERROR("MUSTER_MODEL_SEED=" << seed << ": " << wrong);
    tried = std::make_unique<model>(); // nothing is left over
  }
  CAF_CHECK_EQUAL(failed, 0);
}
