#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "app/simulator/fault.hpp"

namespace muster::sim {

/// Where something is about to happen; what is unknown matches no selector.
struct place {
  std::optional<std::uint32_t> shard;
  std::optional<std::uint32_t> guild_index;
  std::uint64_t guild_id = 0;
  std::optional<std::uint32_t> chunk;
};

/// Decides which faults strike. It counts what each one selects, so ask once
/// for each thing that happens. Not thread-safe.
class fault_plan {
public:
  fault_plan() = default;
  explicit fault_plan(const std::vector<fault>& faults);

  void add(const fault& f);

  /// The faults that strike now, in the order in which they were added.
  std::vector<fault> strike(occasion now, const place& where);

  /// How often each kind has struck.
  const std::map<fault_kind, std::uint64_t>& struck() const { return struck_; }

private:
  struct entry {
    fault what;
    std::uint64_t seen = 0;
    std::uint32_t struck = 0;
    std::mt19937_64 dice;
  };

  std::vector<entry> entries_;
  std::map<fault_kind, std::uint64_t> struck_;
};

} // namespace muster::sim
