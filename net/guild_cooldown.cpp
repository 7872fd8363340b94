#include "net/guild_cooldown.hpp"

#include <algorithm>

namespace muster {

void guild_cooldown::written(snowflake guild, time_point now) {
  if (span_.count() == 0)
    return;
  auto& x = free_at_[guild];
  x = std::max(x, now + span_ + unstamped);
}

void guild_cooldown::first_chunk(snowflake guild, time_point now) {
  if (span_.count() != 0)
    free_at_[guild] = now + span_;
}

void guild_cooldown::refused(snowflake guild, timespan retry_after,
                             time_point now) {
  free_at_[guild] = now + retry_after;
}

time_point guild_cooldown::free_at(snowflake guild) const {
  auto i = free_at_.find(guild);
  return i == free_at_.end() ? time_point{} : i->second;
}

void guild_cooldown::expire(time_point now) {
  std::erase_if(free_at_, [now](auto& x) { return x.second <= now; });
}

} // namespace muster
