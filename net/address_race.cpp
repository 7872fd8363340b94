#include "net/address_race.hpp"

#include <algorithm>

namespace muster {

address_race::address_race(const std::vector<bool>& is_v6) {
  auto size = is_v6.size();
  // The first index from `i` on that is of this family.
  auto find = [&](std::size_t i, bool v6) {
    while (i < size && is_v6[i] != v6)
      ++i;
    return i;
  };
  auto v6 = size > 0 && is_v6[0];
  std::size_t at[] = {find(0, false), find(0, true)};
  while (order_.size() < std::min(size, max_addresses)) {
    if (at[v6] == size) // of this family there are no more
      v6 = !v6;
    order_.push_back(at[v6]);
    at[v6] = find(at[v6] + 1, v6);
    v6 = !v6;
  }
}

std::optional<std::size_t> address_race::next(time_point now) {
  if (left() == 0 || now < due_)
    return std::nullopt;
  due_ = now + stagger;
  ++under_way_;
  return order_[begun_++];
}

void address_race::failed() {
  --under_way_;
  due_ = time_point{}; // at once
}

} // namespace muster
