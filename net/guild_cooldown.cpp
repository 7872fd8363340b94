#include "net/guild_cooldown.hpp"

#include <algorithm>
#include <utility>

namespace muster {

void guild_cooldown::posted(snowflake guild, const std::string& attempt,
                            time_point now) {
  auto& x = guilds_[guild];
  x.before = std::exchange(x.last, {x.last.free_at, attempt});
  written(guild, attempt, now);
}

void guild_cooldown::taken_back(snowflake guild) {
  if (auto i = guilds_.find(guild); i != guilds_.end())
    i->second.last = std::exchange(i->second.before, {});
}

void guild_cooldown::written(snowflake guild, const std::string& attempt,
                             time_point now) {
  auto i = guilds_.find(guild);
  if (i == guilds_.end() || i->second.last.attempt != attempt
      || span_.count() == 0)
    return;
  auto& x = i->second.last;
  x.free_at = std::max(x.free_at, now + span_ + unstamped);
}

void guild_cooldown::chunk(snowflake guild, const std::string& attempt,
                           time_point now) {
  auto i = guilds_.find(guild);
  if (i == guilds_.end() || i->second.last.attempt != attempt)
    return;
  auto& x = i->second.last;
  x.attempt.clear();
  if (span_.count() != 0)
    x.free_at = now + span_;
}

void guild_cooldown::refused(snowflake guild, timespan retry_after,
                             time_point now) {
  guilds_[guild].last = {now + retry_after, {}};
}

const std::string& guild_cooldown::unanswered(snowflake guild) const {
  static const std::string none;
  auto i = guilds_.find(guild);
  return i == guilds_.end() ? none : i->second.last.attempt;
}

time_point guild_cooldown::free_at(snowflake guild) const {
  auto i = guilds_.find(guild);
  return i == guilds_.end() ? time_point{} : i->second.last.free_at;
}

void guild_cooldown::expire(time_point now) {
  std::erase_if(guilds_, [now](auto& x) {
    auto& last = x.second.last;
    return last.free_at + (last.attempt.empty() ? timespan{0} : memory) <= now;
  });
}

} // namespace muster
