#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "app/simulator/compressor.hpp"
#include "app/simulator/member_text.hpp"

namespace muster::sim {

/// Members' text as pack() makes it. That takes far longer than a client takes
/// to read it, so it is made once, when it is first asked for, and kept while
/// there is room. Callable from any thread.
class packed_members {
public:
  /// `text` must outlive this; at most `max_bytes` are kept.
  packed_members(const member_text& text, std::size_t max_bytes)
      : text_(text), max_bytes_(max_bytes) {}

  /// Members `first` to `first + count - 1`, separated by commas.
  std::shared_ptr<const std::string>
  get(packing stream, const guild& g, std::uint32_t first, std::uint32_t count);

  /// How many bytes are kept.
  std::size_t bytes() const;

private:
  /// Stream, guild, first member, how many.
  using key = std::tuple<packing, std::uint32_t, std::uint32_t, std::uint32_t>;

  const member_text& text_;
  std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::map<key, std::shared_ptr<const std::string>> kept_;
  std::size_t bytes_ = 0;
};

} // namespace muster::sim
