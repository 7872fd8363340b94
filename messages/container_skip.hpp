#pragma once

#include <cstdint>
#include <vector>

namespace muster {

/// Where an object or array ends.
struct skipped_container {
  /// Null: it is cut off.
  const char* behind = nullptr;
  /// Objects that are elements of it, when it is an array.
  std::uint32_t objects = 0;
};

/// Skips the object or array that begins at `begin`, looking at its brackets,
/// which are counted and not compared, and at quotes. 63 bytes behind `end` are
/// read, too. Thread-safe; by the widest instructions that the processor has.
skipped_container skip_container(const char* begin, const char* end);

/// One of the ways to do it.
struct container_skipper {
  const char* name;
  skipped_container (*skip)(const char* begin, const char* end);
};

/// Those that this processor can do, the best one first.
const std::vector<container_skipper>& container_skippers();

} // namespace muster
