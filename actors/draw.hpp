#pragma once

#include <cstdint>
#include <functional>

namespace muster {

/// A number of 64 bits that is not 0, out of evenly distributed ones in
/// [0, 1), which have not more than 53.
inline std::uint64_t draw(const std::function<double()>& random) {
  auto half = [&] {
    return static_cast<std::uint64_t>(random() * 4294967296.0);
  };
  auto high = half();
  return (high << 32 | half()) | 1;
}

} // namespace muster
