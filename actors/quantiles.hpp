#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "messages/internal/standing.hpp"
#include "messages/status.hpp"
#include "net/clock.hpp"

namespace muster {

/// Quantiles of the latest durations, up to `capacity` of them, and how all of
/// them are distributed. Pure.
class quantiles {
public:
  static constexpr std::size_t capacity = 1024;

  void add(timespan x) {
    if (latest_.size() < capacity)
      latest_.push_back(x);
    else
      latest_[samples_ % capacity] = x;
    ++samples_;
    max_ = std::max(max_, x);
    all_.add(x);
  }

  latency report() const {
    latency result;
    result.samples = samples_;
    result.max = max_;
    if (latest_.empty())
      return result;
    auto sorted = latest_;
    std::sort(sorted.begin(), sorted.end());
    // The least that so many percent do not exceed: of a few samples the
    // 99th is the largest.
    auto at = [&](std::size_t percent) {
      return sorted[(sorted.size() * percent + 99) / 100 - 1];
    };
    result.p50 = at(50);
    result.p90 = at(90);
    result.p99 = at(99);
    return result;
  }

  const distribution& all() const { return all_; }

private:
  distribution all_;
  std::vector<timespan> latest_;
  std::uint64_t samples_ = 0;
  timespan max_{0};
};

} // namespace muster
