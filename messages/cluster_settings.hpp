#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <caf/timespan.hpp>

#include "messages/optional.hpp"

namespace muster {

/// How a process runs shards together with others of its bot (C9-C14).
struct cluster_settings {
  /// Where it listens for other processes, HOST:PORT; empty: it is alone, and
  /// runs nothing while others of its bot live.
  std::string node;
  /// Where others reach it, if not there.
  std::string advertise;
  /// Its part of the shards is this of the sum of all; 0: none.
  std::uint32_t weight = 1;
  /// The most shards that it runs; none: any number.
  optional<std::uint32_t> max_shards;
  /// How long an imbalance lasts before shards are moved (C11).
  caf::timespan rebalance_after = std::chrono::seconds(30);

  /// What others are told.
  const std::string& address() const {
    return advertise.empty() ? node : advertise;
  }
};

} // namespace muster
