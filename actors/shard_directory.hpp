#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include <caf/actor.hpp>

#include "messages/internal/peer.hpp"

namespace muster {

/// Which of the other processes runs a shard, by what each of them says of
/// itself: the one with the latest claim. Pure.
class shard_directory {
public:
  /// What a process runs now; `peer` stands for it.
  void set(const shards_there& x, caf::actor peer);
  void remove(std::uint64_t node) { nodes_.erase(node); }
  void clear() { nodes_.clear(); }

  /// The way to a shard; its node is 0 if nobody says that it runs it.
  shard_located find(std::uint32_t shard) const;

  /// How many that process runs.
  std::uint32_t count(std::uint64_t node) const;

private:
  struct node {
    caf::actor peer;
    std::uint64_t link = 0;
    std::map<std::uint32_t, std::uint64_t> epochs;
  };

  std::map<std::uint64_t, node> nodes_;
};

} // namespace muster
