#pragma once

#include <chrono>

namespace muster {

/// Time in the pure units: always an argument, read by who calls. Monotonic.
using time_point = std::chrono::steady_clock::time_point;
using timespan = std::chrono::nanoseconds;

/// Later than everything: nothing is due.
constexpr time_point never = time_point::max();

} // namespace muster
