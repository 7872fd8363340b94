#pragma once

#include <algorithm>
#include <cstdint>

namespace muster {

/// Ends of connections in a row, none of which had brought more of something
/// than any before (Q13). Pure.
class vain_ends {
public:
  /// A connection has ended that brought so much; true if that was in vain.
  bool add(std::uint64_t brought) {
    auto vain = brought <= most_;
    most_ = std::max(most_, brought);
    in_a_row_ = vain ? in_a_row_ + 1 : 0;
    return vain;
  }

  std::uint32_t in_a_row() const { return in_a_row_; }

private:
  std::uint64_t most_ = 0;
  std::uint32_t in_a_row_ = 0;
};

} // namespace muster
