#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "messages/event.hpp"
#include "messages/internal/fleet.hpp"

namespace muster {

/// Which shards of the bot have finished, and when all have (E3). Pure.
class fleet_ledger {
public:
  /// A start of the bot with these shards.
  void begin(std::uint64_t start_id, const std::vector<std::uint32_t>& shards);

  /// A startup has ended; those of other starts are ignored. A shard that
  /// identifies anew replaces its figures until all are done.
  void settled(const shard_settled& x);

  /// The global finished event, once.
  std::optional<finished_chunking> take_result();

private:
  struct figures {
    bool settled = false;
    std::uint64_t guilds = 0;
    std::uint64_t members = 0;
  };

  std::unordered_map<std::uint32_t, figures> shards_;
  std::size_t open_ = 0;
  std::uint64_t start_id_ = 0;
  /// Before a start there is nothing to finish.
  bool finished_ = true;
};

} // namespace muster
