#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace muster {

/// A block of memory that can be left compressed while nobody uses it: text
/// such as what has been inflated last takes a tenth then. Not thread-safe.
class resting_memory {
public:
  /// Zeros. Throws std::bad_alloc.
  explicit resting_memory(std::size_t size);
  ~resting_memory();

  resting_memory(const resting_memory&) = delete;
  resting_memory& operator=(const resting_memory&) = delete;

  /// Not to be touched from rest() to wake().
  char* data() const { return data_; }

  /// Gives the pages back to the system. What has not changed since the last
  /// time is not compressed again.
  void rest();

  /// Brings all bytes back, to where they were. Throws std::bad_alloc; then it
  /// is still at rest.
  void wake();

private:
  /// One of the parts that are compressed each by itself.
  struct part {
    std::string packed;
    /// Of the bytes that `packed` stands for.
    std::size_t hash = 0;
    bool resting = false;
  };

  static constexpr std::size_t part_size = std::size_t{64} << 10;

  char* data_;
  std::size_t size_;
  std::vector<part> parts_;
};

} // namespace muster
