#pragma once

/// @file
/// The clock of actors.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: CAF > actor_clock.

#include <chrono>

namespace muster {

/// Time in the pure units: always an argument, read by who calls. Monotonic.
using time_point = std::chrono::steady_clock::time_point;
/// Between two of them.
using timespan = std::chrono::nanoseconds;

/// Later than everything: nothing is due.
constexpr time_point never = time_point::max();

} // namespace muster
