#include "actors/shard_directory.hpp"

#include <utility>

namespace muster {

void shard_directory::set(const shards_there& x, caf::actor peer) {
  node one{std::move(peer), x.link, {}};
  for (auto& [shard, epoch] : x.shards)
    one.epochs[shard] = epoch;
  nodes_[x.node] = std::move(one);
}

shard_located shard_directory::find(std::uint32_t shard) const {
  shard_located result;
  for (auto& [id, x] : nodes_) {
    auto i = x.epochs.find(shard);
    if (i == x.epochs.end() || i->second <= result.route.epoch)
      continue;
    result.owner = x.peer;
    result.route = {id, i->second, x.link};
  }
  return result;
}

std::uint32_t shard_directory::count(std::uint64_t node) const {
  auto i = nodes_.find(node);
  return i == nodes_.end()
             ? 0
             : static_cast<std::uint32_t>(i->second.epochs.size());
}

} // namespace muster
