#include "actors/publisher.hpp"

#include <algorithm>
#include <utility>

namespace muster {

std::vector<subscribe_request>::iterator
publisher::find(const caf::actor_addr& x) {
  return std::find_if(wishes_.begin(), wishes_.end(),
                      [&](auto& wish) { return wish.listener.address() == x; });
}

publisher::earlier publisher::add(const subscribe_request& x) {
  auto i = find(x.listener.address());
  if (i != wishes_.end())
    return {true, std::exchange(*i, x).events};
  wishes_.push_back(x);
  return {};
}

std::uint32_t publisher::far_events() const {
  std::uint32_t result = 0;
  for (auto& x : wishes_)
    result |= x.scope == scope::bot ? x.events : 0;
  return result;
}

bool publisher::remove(const caf::actor_addr& listener) {
  auto i = find(listener);
  if (i == wishes_.end())
    return false;
  wishes_.erase(i);
  return true;
}

} // namespace muster
