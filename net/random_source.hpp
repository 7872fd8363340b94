#pragma once

#include <random>

namespace muster {

/// Evenly distributed numbers in [0, 1). A copy goes its own way, so that who
/// shares nothing else does not act in step: jitter would be none. Not
/// thread-safe.
class random_source {
public:
  random_source() : engine_(std::random_device{}()) {}
  random_source(const random_source&) : random_source() {}
  random_source& operator=(const random_source&) { return *this; }

  double operator()() {
    return std::uniform_real_distribution<double>{0.0, 1.0}(engine_);
  }

private:
  std::mt19937_64 engine_;
};

} // namespace muster
