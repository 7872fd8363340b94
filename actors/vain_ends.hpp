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
    auto vain = !exceeded_by(brought);
    note(brought);
    in_a_row_ += vain ? 1 : 0;
    return vain;
  }

  /// So much has come, and no end was its fault.
  void note(std::uint64_t brought) {
    if (exceeded_by(brought))
      in_a_row_ = 0;
    most_ = std::max(most_, brought);
  }

  /// True if an end with so much would not be in vain.
  bool exceeded_by(std::uint64_t brought) const { return brought > most_; }

  std::uint32_t in_a_row() const { return in_a_row_; }
  std::uint64_t most() const { return most_; }

  /// Those of another process, from its cut.
  static vain_ends restored(std::uint64_t most, std::uint32_t in_a_row) {
    vain_ends result;
    result.most_ = most;
    result.in_a_row_ = in_a_row;
    return result;
  }

  friend bool operator==(const vain_ends&, const vain_ends&) = default;

private:
  std::uint64_t most_ = 0;
  std::uint32_t in_a_row_ = 0;
};

} // namespace muster
