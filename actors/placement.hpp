#pragma once

#include <cstdint>
#include <vector>

#include "messages/internal/node.hpp"
#include "messages/shard_ranges.hpp"

namespace muster {

/// Which process is to run how many shards, and which it may (C11). Pure; of
/// what the store said last, which may have changed since.
class placement {
public:
  placement() = default;
  /// `me` is the process that decides.
  placement(const std::vector<node_info>& nodes, std::uint64_t me,
            std::uint32_t shard_count);

  /// Shards that nobody owns.
  std::uint32_t free() const;
  /// Another process lives and may run shards together with this one.
  bool has_others() const;
  bool draining() const { return me().info.draining; }

  /// The most shards that this process is to have, by its weight and those of
  /// the others.
  std::uint32_t share() const { return me().share; }
  /// How many of these it may take if they are free: below its share any that
  /// it may run, above it those that nobody else is to take.
  std::uint32_t takes(std::vector<std::uint32_t>& shards) const;
  /// Those of its shards that it is to leave to who is below its share.
  std::vector<std::uint32_t>
  leaves(const std::vector<std::uint32_t>& owned) const;
  /// No process may ever take it.
  bool is_unplaceable(std::uint32_t shard) const;

  /// This process has taken or left some since.
  void set_owned(std::uint32_t n);

private:
  struct node {
    node_info info;
    shard_ranges only;
    /// The most that it could have, may have, and is to have.
    std::uint32_t most = 0;
    std::uint32_t cap = 0;
    std::uint32_t share = 0;

    bool may_run(std::uint32_t shard) const {
      return cap > 0 && (only.empty() || only.contains(shard));
    }
    std::uint32_t room() const {
      return share > info.owns ? share - info.owns : 0;
    }
  };

  void share_out();
  const node& me() const { return nodes_[me_]; }
  bool others_take(std::uint32_t shard) const;

  std::vector<node> nodes_{1};
  std::size_t me_ = 0;
  std::uint32_t shard_count_ = 0;
  /// Left since: others have that much less room than was told.
  std::uint32_t left_ = 0;
};

} // namespace muster
