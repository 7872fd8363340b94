#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "messages/optional.hpp"

namespace muster {

/// Indexes of shards, as people write them: 0-3,7. Pure.
class shard_ranges {
public:
  shard_ranges() = default;
  explicit shard_ranges(std::vector<std::uint32_t> indexes);

  /// None if `text` is not of that form.
  static optional<shard_ranges> parse(const std::string& text);

  bool empty() const { return ranges_.empty(); }
  bool contains(std::uint32_t index) const;
  std::uint64_t size() const;
  std::string text() const;

private:
  /// From the first to the last, in order, with gaps between them.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges_;
};

} // namespace muster
