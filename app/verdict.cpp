#include "app/verdict.hpp"

#include "app/exit_code.hpp"

namespace muster::app {

verdict::verdict(bool end_at_finish, const std::vector<snowflake>& only)
    : end_at_finish_(end_at_finish), only_(only.begin(), only.end()) {}

void verdict::add(const shard_ready& x) {
  shards_[x.shard.index].unreadable = x.unreadable_guilds;
}

void verdict::add(const shard_finished_chunking& x) {
  auto& own = shards_[x.shard.index];
  own.partial = !x.incomplete_guild_ids.empty() || !x.missed_guild_ids.empty()
                || !x.unavailable_guild_ids.empty();
  own.named = 0;
  for (auto id : only_)
    own.named += owns(x.shard, id) ? 1 : 0;
}

void verdict::add(const finished_chunking& x, session& s) {
  if (!end_at_finish_)
    return;
  auto partial = false;
  std::uint64_t named = 0;
  for (auto& [index, own] : shards_) {
    partial |= own.partial || own.unreadable > 0;
    named += own.named;
  }
  // A guild that was named and that the bot is not in is in no list.
  s.end(partial || x.guilds < named ? exit_partial : exit_complete);
}

void verdict::add(const shard_disconnected& x, session& s) {
  if (x.next == next_step::none)
    s.end(exit_fatal);
}

} // namespace muster::app
