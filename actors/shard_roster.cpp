#include "actors/shard_roster.hpp"

#include <string>
#include <utility>

#include "messages/errc.hpp"

namespace muster {

void shard_roster::started(std::uint32_t index, shard_internal_actor handle) {
  auto& x = entries_[index];
  x.handle = std::move(handle);
  x.gone = false;
}

void shard_roster::ended(std::uint32_t index) {
  if (auto i = entries_.find(index); i != entries_.end())
    i->second.ended = true;
}

std::optional<shard_roster::fallen>
shard_roster::down(const caf::actor_addr& who, time_point now) {
  for (auto& [index, x] : entries_) {
    if (x.gone || x.handle.address() != who)
      continue;
    x.gone = true;
    if (x.ended)
      return std::nullopt;
    return fallen{index, x.restarts.take(now)};
  }
  return std::nullopt;
}

shard_internal_actor shard_roster::owner_of(snowflake guild,
                                            caf::error& why) const {
  if (guild == snowflake{}) {
    why = make_error(errc::invalid_guild_id);
    return shard_internal_actor{};
  }
  auto index = shard_of(guild, shard_count_);
  auto i = entries_.find(index);
  if (i == entries_.end())
    why = make_error(errc::wrong_shard,
                     "guild " + to_string(guild) + " belongs to shard "
                         + std::to_string(index) + ", which is not run here");
  else if (i->second.ended)
    why = make_error(errc::not_running,
                     "shard " + std::to_string(index)
                         + " has ended; see why it disconnected");
  else
    return i->second.handle;
  return shard_internal_actor{};
}

} // namespace muster
