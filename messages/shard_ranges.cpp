#include "messages/shard_ranges.hpp"

#include <algorithm>
#include <charconv>

namespace muster {

shard_ranges::shard_ranges(std::vector<std::uint32_t> indexes) {
  std::sort(indexes.begin(), indexes.end());
  for (auto index : indexes)
    if (!ranges_.empty() && index - ranges_.back().second <= 1)
      ranges_.back().second = index;
    else
      ranges_.emplace_back(index, index);
}

optional<shard_ranges> shard_ranges::parse(const std::string& text) {
  shard_ranges result;
  auto at = text.data();
  auto end = at + text.size();
  auto number = [&](std::uint32_t& out) {
    auto [rest, error] = std::from_chars(at, end, out);
    at = rest;
    return error == std::errc{};
  };
  while (at != end) {
    std::uint32_t first = 0;
    if (!number(first))
      return {};
    auto last = first;
    if (at != end && *at == '-' && (++at, !number(last)))
      return {};
    auto sorted =
        result.ranges_.empty() || first > result.ranges_.back().second;
    if (last < first || !sorted)
      return {};
    result.ranges_.emplace_back(first, last);
    if (at != end && (*at++ != ',' || at == end))
      return {};
  }
  return result;
}

bool shard_ranges::contains(std::uint32_t index) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [index](auto& x) {
    return x.first <= index && index <= x.second;
  });
}

std::uint64_t shard_ranges::size() const {
  std::uint64_t result = 0;
  for (auto& [first, last] : ranges_)
    result += std::uint64_t{1} + last - first;
  return result;
}

std::string shard_ranges::text() const {
  std::string result;
  for (auto& [first, last] : ranges_) {
    result += (result.empty() ? "" : ",") + std::to_string(first);
    if (last > first)
      result += '-' + std::to_string(last);
  }
  return result;
}

} // namespace muster
