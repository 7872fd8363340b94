#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace muster::test {

/// How often something has happened, by its name: "outcome complete", "close
/// 4004", "fault lost chunk", "request search" ...
using coverage = std::map<std::string, std::uint64_t>;

/// Runs random schedules of a bot and its gateway against a real supervisor
/// on CAF's deterministic scheduler and clock, and judges what came of each.
class model {
public:
  model();
  ~model();

  /// Runs the schedule of a seed; empty, or what was wrong. With `trace` the
  /// schedule is written to stderr. Adds to `seen`.
  std::string run(std::uint64_t seed, bool trace, coverage& seen);

private:
  struct world;
  std::unique_ptr<world> world_;
};

} // namespace muster::test
