#include "actors/placement.hpp"

#include <algorithm>

namespace muster {

placement::placement(const std::vector<node_info>& nodes, std::uint64_t me,
                     std::uint32_t shard_count)
    : shard_count_(shard_count) {
  nodes_.clear();
  me_ = nodes.size();
  for (auto& info : nodes) {
    // Who is alone has no part in this.
    if (info.address.empty() && info.node != me)
      continue;
    if (info.node == me)
      me_ = nodes_.size();
    auto& x = nodes_.emplace_back();
    x.info = info;
    if (auto only = shard_ranges::parse(info.only))
      x.only = *only;
    x.most = info.weight > 0 ? shard_count : 0;
    if (info.max_shards)
      x.most = std::min(x.most, *info.max_shards);
    if (!x.only.empty() && x.only.size() < x.most)
      x.most = static_cast<std::uint32_t>(x.only.size());
    x.cap = info.draining ? 0 : x.most;
  }
  if (me_ >= nodes_.size()) { // the store does not know it
    me_ = nodes_.size();
    nodes_.emplace_back();
  }
  share_out();
}

void placement::share_out() {
  // Those whose part is more than they may have leave the rest to the others.
  std::uint64_t left = shard_count_;
  std::vector<node*> open;
  for (auto& x : nodes_)
    if (x.cap > 0)
      open.push_back(&x);
  for (auto again = true; again;) {
    std::uint64_t weights = 0;
    for (auto x : open)
      weights += x->info.weight;
    again = false;
    for (auto x : open)
      x->share = static_cast<std::uint32_t>(std::min<std::uint64_t>(
          (left * x->info.weight + weights - 1) / weights, UINT32_MAX));
    for (auto x : open)
      if (x->share >= x->cap) {
        again = again || x->share > x->cap;
        x->share = x->cap;
        left -= std::min<std::uint64_t>(left, x->cap);
      }
    std::erase_if(open, [](auto x) { return x->share == x->cap; });
  }
}

std::uint32_t placement::free() const {
  std::uint64_t owned = 0;
  for (auto& x : nodes_)
    owned += x.info.owns;
  return owned < shard_count_ ? shard_count_ - static_cast<std::uint32_t>(owned)
                              : 0;
}

bool placement::has_others() const {
  return nodes_.size() > 1;
}

bool placement::others_take(std::uint32_t shard) const {
  return std::any_of(nodes_.begin(), nodes_.end(), [&](auto& x) {
    return &x != &me() && x.room() > 0 && x.may_run(shard);
  });
}

std::uint32_t placement::takes(std::vector<std::uint32_t>& shards) const {
  auto& x = me();
  auto foreign = [&](auto shard) {
    return x.most == 0 || (!x.only.empty() && !x.only.contains(shard));
  };
  std::erase_if(shards, foreign);
  if (auto room = x.room(); room > 0)
    return room;
  // Rather here than nowhere, also while it drains.
  std::erase_if(shards, [&](auto shard) {
    return others_take(shard) || (x.cap == 0 && !is_unplaceable(shard));
  });
  return x.most > x.info.owns ? x.most - x.info.owns : 0;
}

std::vector<std::uint32_t>
placement::leaves(const std::vector<std::uint32_t>& owned) const {
  std::vector<std::uint32_t> result;
  auto& x = me();
  auto n = owned.size();
  for (auto shard : owned) {
    auto foreign = !x.may_run(shard);
    if ((foreign || n > x.share) && others_take(shard)) {
      result.push_back(shard);
      --n;
    }
  }
  std::uint64_t room = 0;
  for (auto& y : nodes_)
    room += &y == &x ? 0 : y.room();
  room -= std::min<std::uint64_t>(room, left_);
  if (result.size() > room)
    result.resize(room);
  return result;
}

bool placement::is_unplaceable(std::uint32_t shard) const {
  return std::none_of(nodes_.begin(), nodes_.end(), [&](auto& x) {
    return x.may_run(shard) && x.info.owns < x.cap;
  });
}

void placement::set_owned(std::uint32_t n) {
  auto before = me().info.owns;
  left_ += before > n ? before - n : 0;
  nodes_[me_].info.owns = n;
}

} // namespace muster
