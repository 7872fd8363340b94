#include "actors/fleet_ledger.hpp"

namespace muster {

void fleet_ledger::begin(std::uint64_t start_id,
                         const std::vector<std::uint32_t>& shards) {
  shards_.clear();
  for (auto index : shards)
    shards_[index] = figures{};
  open_ = shards_.size();
  start_id_ = start_id;
  finished_ = false;
}

void fleet_ledger::settled(const shard_settled& x) {
  auto i = shards_.find(x.shard.index);
  if (finished_ || x.start_id != start_id_ || i == shards_.end())
    return;
  if (!i->second.settled)
    --open_;
  i->second = {true, x.guilds, x.members};
}

std::optional<finished_chunking> fleet_ledger::take_result() {
  if (finished_ || open_ > 0)
    return std::nullopt;
  finished_ = true;
  finished_chunking result;
  result.start_id = start_id_;
  result.shards = static_cast<std::uint32_t>(shards_.size());
  for (auto& [index, x] : shards_) {
    result.guilds += x.guilds;
    result.members += x.members;
  }
  return result;
}

} // namespace muster
