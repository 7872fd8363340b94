#pragma once

#include <cstdint>

namespace muster {

/// What came of reading a text of a shard_cut: CBOR, with the number of its
/// format in front. Whatever is read may be damaged, or of another version of
/// muster (C6).
enum class cut_reading : std::uint8_t {
  good,
  /// There is none.
  empty,
  damaged,
  /// Of a format that is not known here.
  foreign,
};

} // namespace muster
