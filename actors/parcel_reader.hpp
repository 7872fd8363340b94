#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "actors/parcel.hpp"

namespace muster {

/// Puts the pieces of one lane together again. What is said of sizes is not
/// believed: memory grows with what has come, up to a bound (F1). Pure.
class parcel_reader {
public:
  explicit parcel_reader(std::size_t largest) : largest_(largest) {}

  enum class verdict {
    /// The parcel is not complete.
    goes_on,
    complete,
    /// No muster sends that; nothing that comes after it makes sense.
    wrong,
  };

  /// When complete, `out` is the parcel.
  verdict take(const peer_piece& x, peer_parcel& out);

  /// What is there of a parcel is forgotten.
  void clear() { parcel_bytes{}.swap(bytes_); }

private:
  std::size_t largest_;
  parcel_bytes bytes_;
};

} // namespace muster
