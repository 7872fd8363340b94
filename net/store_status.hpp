#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "messages/internal/claim.hpp"
#include "messages/internal/node.hpp"
#include "messages/optional.hpp"

namespace muster {

/// What a store tells of one bot, to who only looks. Ages are by the wall
/// clock, for people.
struct store_status {
  using age = std::chrono::milliseconds;

  /// A process that lives, as far as can be seen.
  struct node {
    node_info info;
    std::vector<std::uint32_t> shards;
    /// Since it was heard of last.
    age renewed{0};
  };

  struct shard {
    std::uint32_t index = 0;
    /// None: nobody owns it.
    optional<std::uint64_t> owner;
    std::uint64_t epoch = 0;
    shard_state state = shard_state::free;
    std::uint64_t guilds = 0;
    std::uint64_t guilds_complete = 0;
    /// Of its session; none: it has none.
    optional<age> session;
    /// Since its last save; none: there was none.
    optional<age> saved;
  };

  std::vector<node> nodes;
  /// Each shard of the bot, in their order.
  std::vector<shard> shards;
  /// None: nobody has identified yet.
  optional<std::uint32_t> identifies_left;
  /// E3 of the present start has been.
  bool finished = false;
};

} // namespace muster
