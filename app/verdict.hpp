#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "app/session.hpp"
#include "messages/event.hpp"

namespace muster::app {

/// Collects what decides about the exit code of `run`, which it gives to the
/// session. Fed by one listener, but for the ends of connections, which may
/// come from another one.
class verdict {
public:
  /// With `end_at_finish`, finished_chunking is the end. `only` are the guilds
  /// that were named with --only.
  verdict(bool end_at_finish, const std::vector<snowflake>& only);

  void add(const shard_ready& x);
  void add(const shard_finished_chunking& x);
  void add(const finished_chunking& x, session& s);
  /// Of a shard of this process.
  static void add(const shard_disconnected& x, session& s);

private:
  struct of_shard {
    bool partial = false;
    /// Guilds of READY that no event can name.
    std::uint32_t unreadable = 0;
    /// Guilds of --only that are its own.
    std::uint64_t named = 0;
  };

  std::unordered_map<std::uint32_t, of_shard> shards_;
  bool end_at_finish_;
  std::unordered_set<snowflake> only_;
};

} // namespace muster::app
