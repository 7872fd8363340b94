#include "actors/bulk_outlet.hpp"

#include <algorithm>
#include <utility>

namespace muster {

void bulk_outlet::add(lane_number number, parcel_queue::item x) {
  auto& to =
      lanes_.try_emplace(number, lane{parcel_queue{largest_}, 0}).first->second;
  auto waits = !to.queue.empty();
  to.queue.add(std::move(x));
  if (waits)
    return;
  while (send_some(number, to))
    ;
}

bool bulk_outlet::send_some(lane_number number, lane& x) {
  for (;;) {
    auto may = std::min(lane_window - x.used, link_window - used_);
    auto next = x.queue.next(may);
    if (!next)
      return false;
    auto piece = std::get_if<peer_piece>(&*next);
    if (piece != nullptr) {
      piece->lane = number;
      x.used += piece->bytes.size();
      used_ += piece->bytes.size();
    }
    send_(std::move(*next));
    if (piece != nullptr)
      return true;
  }
}

void bulk_outlet::send_all() {
  for (auto idle = std::size_t{0}; idle < lanes_.size();) {
    auto i = lanes_.lower_bound(turn_);
    if (i == lanes_.end())
      i = lanes_.begin();
    turn_ = i->first + 1; // after the last one it is the first one's
    idle = send_some(i->first, i->second) ? 0 : idle + 1;
  }
}

bool bulk_outlet::take(const peer_credit& x) {
  auto i = lanes_.find(x.lane);
  if (x.received > used_
      || (x.taken > 0 && (i == lanes_.end() || x.taken > i->second.used)))
    return false;
  used_ -= x.received;
  if (x.taken > 0)
    i->second.used -= x.taken;
  send_all();
  return true;
}

std::vector<bulk_outlet::lane_number> bulk_outlet::finish() {
  std::vector<lane_number> result;
  for (auto& [number, x] : lanes_) {
    if (x.queue.drop_parcels())
      result.push_back(number);
    while (auto next = x.queue.next(0))
      send_(std::move(*next));
  }
  clear();
  return result;
}

void bulk_outlet::clear() {
  dropped_ = dropped();
  lanes_.clear();
  used_ = 0;
}

std::uint64_t bulk_outlet::dropped() const {
  auto result = dropped_;
  for (auto& [number, x] : lanes_)
    result += x.queue.dropped();
  return result;
}

} // namespace muster
