#define CAF_SUITE system_random_wire

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

#include "tests/support/suite.hpp"
#include "tests/support/wire_schedule.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr sim::fault_kind last_kind = sim::fault_kind::garbage;
constexpr std::uint16_t close_codes[] = {4000, 4001, 4002, 4003, 4004,
                                         4005, 4007, 4008, 4009, 4010,
                                         4011, 4012, 4013, 4014};

std::uint32_t number_from(const char* name, std::uint32_t otherwise) {
  auto text = std::getenv(name);
  return text == nullptr
             ? otherwise
             : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

/// What happened over all seeds.
struct totals {
  std::map<std::string, std::uint64_t> faults;
  std::map<std::uint16_t, std::uint64_t> closes;
};

} // namespace

CAF_TEST(E1 E2 E3 E4 E5 Q3 Q5 S5 S6 hold on the wire under random faults) {
  auto only = number_from("MUSTER_WIRE_SEED", 0);
  auto first = only != 0 ? only : number_from("MUSTER_WIRE_FIRST", 1);
  auto schedules = number_from("MUSTER_WIRE_SCHEDULES", 20);
  auto last = only != 0 ? only : first + schedules - 1;
  // A run mostly waits, so several go on at once.
  std::mutex mutex;
  std::map<std::uint32_t, std::string> results;
  totals all;
  std::atomic<std::uint32_t> next{first};
  auto work = [&] {
    for (auto seed = next++; seed <= last; seed = next++) {
      wire_schedule x{seed};
      auto wrong = x.play();
      std::lock_guard guard{mutex};
      results[seed] = wrong;
      if (only != 0 && !wrong.empty())
        results[seed] += '\n' + x.trace();
      for (auto& [kind, n] : x.counts().faults)
        all.faults[kind] += n;
      for (auto& [code, n] : x.counts().closes_by_gateway)
        all.closes[code] += n;
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back(work);
  for (auto& x : workers)
    x.join();
  for (auto& [seed, wrong] : results) {
    if (!wrong.empty())
      CAF_ERROR("MUSTER_WIRE_SEED=" << seed << ": " << wrong);
    CAF_CHECK(wrong.empty());
  }
  CAF_CHECK_EQUAL(results.size(), last - first + 1);
  CAF_MESSAGE("seeds " << first << " to " << last);
  // A fault that never struck proves nothing.
  schedules = last - first + 1;
  if (schedules >= seeds_for_kinds && first == 1)
    for (int i = 0; i <= static_cast<int>(last_kind); ++i) {
      auto kind = std::string{to_string(static_cast<sim::fault_kind>(i))};
      CAF_MESSAGE(kind << " struck " << all.faults[kind] << " times");
      CAF_CHECK(all.faults[kind] > 0);
    }
  if (schedules >= seeds_for_all)
    for (auto code : close_codes) {
      CAF_MESSAGE(code << " closed " << all.closes[code] << " times");
      CAF_CHECK(all.closes[code] > 0);
    }
}
