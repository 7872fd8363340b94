#pragma once

#include <cstddef>

namespace muster {

/// Large blocks of memory that are used again. Fresh ones cost more than what
/// is done with a payload: the kernel clears and maps each page anew. Sizes
/// are rounded up by a quarter at the most. Thread-safe; one for the process.
class block_pool {
public:
  /// Smaller blocks are for malloc.
  static constexpr std::size_t min_size = std::size_t{64} << 10;

  struct block {
    char* data;
    std::size_t size;
  };

  /// At least `size` bytes, not initialised. Throws std::bad_alloc.
  static block take(std::size_t size);

  /// `x` is as take() gave it.
  static void give_back(block x) noexcept;

  /// The size that take() would give.
  static std::size_t rounded(std::size_t size);
};

} // namespace muster
