#include "actors/lease_clock.hpp"

#include <algorithm>

namespace muster {

namespace {

constexpr timespan longest_retry = std::chrono::seconds(1);
constexpr timespan least_pause = std::chrono::milliseconds(200);

/// A dead one is missed by so much more than its timeout: it counts from when
/// its last renewal was seen.
constexpr timespan longest_blink = std::chrono::milliseconds(1500);

} // namespace

void lease_clock::renewed(const counters& others, time_point sent,
                          time_point received) {
  // Who has not looked for long has not seen that nothing moved.
  if (renewed_at_ == never || received - renewed_at_ > 2 * interval())
    watches_.clear();
  renewed_at_ = received;
  asked_at_ = sent;
  due_ = sent
         + (others.empty() ? interval() : std::min(interval(), longest_blink));
  std::erase_if(watches_, [&](auto& x) { return others.count(x.first) == 0; });
  for (auto& [node, counter] : others) {
    auto [i, fresh] = watches_.try_emplace(node);
    if (fresh || i->second.counter != counter)
      i->second = {counter, received, fresh ? 0 : i->second.moves + 1};
  }
}

void lease_clock::failed(time_point asked, time_point now) {
  asked_at_ = now; // whose time was up by then has to wait for the next try
  due_ = std::max(now, asked + std::min(longest_retry, timeout_ / 6));
}

void lease_clock::hurry(time_point now) {
  due_ = std::min(due_, std::max(now, asked_at_ + least_pause));
}

lease_clock::counters lease_clock::dead(time_point now) const {
  counters result;
  if (renewed_at_ == never || now - renewed_at_ > 2 * interval())
    return result;
  for (auto& [node, x] : watches_)
    if (now - x.since >= timeout_)
      result[node] = x.counter;
  return result;
}

time_point lease_clock::due() const {
  auto result = due_;
  for (auto& [node, x] : watches_)
    // One whose time had been up was asked about with the last renewal.
    if (auto up = x.since + timeout_; up > asked_at_)
      result = std::min(result, up);
  return result;
}

} // namespace muster
