#include "net/guild_cooldown.hpp"

#include <algorithm>
#include <iterator>

namespace muster {

guild_cooldown::stamp* guild_cooldown::find(snowflake guild,
                                            const std::string& attempt,
                                            bool refused) {
  auto i = guilds_.find(guild);
  if (i == guilds_.end() || attempt.empty())
    return nullptr;
  auto& all = i->second;
  auto x = std::find_if(all.rbegin(), all.rend(), [&](auto& y) {
    return y.attempt == attempt && (refused || !y.refused);
  });
  return x == all.rend() ? nullptr : &*x;
}

void guild_cooldown::posted(snowflake guild, const std::string& attempt,
                            time_point now) {
  auto& all = guilds_[guild];
  std::erase_if(all, [now](auto& x) { return x.passed(now); });
  if (all.size() >= most_stamps)
    all.erase(all.begin());
  all.push_back({time_point{}, attempt, false, now});
  written(guild, attempt, now);
}

void guild_cooldown::taken_back(snowflake guild, const std::string& attempt,
                                time_point now) {
  if (auto x = find(guild, attempt)) {
    auto& all = guilds_.at(guild);
    auto posted = x->posted;
    all.erase(all.begin() + (x - all.data()));
    all.insert(all.begin(), {now, attempt, true, posted});
  }
}

void guild_cooldown::written(snowflake guild, const std::string& attempt,
                             time_point now) {
  if (auto x = find(guild, attempt); x != nullptr && span_.count() != 0)
    x->free_at = std::max(x->free_at, now + span_ + unstamped);
}

void guild_cooldown::chunk(snowflake guild, const std::string& attempt,
                           time_point now) {
  if (auto x = find(guild, attempt, true)) {
    x->attempt.clear();
    x->refused = false;
    if (span_.count() != 0)
      x->free_at = now + span_;
  }
}

void guild_cooldown::refused(snowflake guild, const std::string& attempt,
                             timespan retry_after, time_point now) {
  auto x = find(guild, attempt);
  if (x == nullptr)
    x = &guilds_[guild].emplace_back();
  *x = {now + retry_after, attempt, true, x->posted};
}

const std::string& guild_cooldown::unanswered(snowflake guild,
                                              time_point said) const {
  static const std::string none;
  auto i = guilds_.find(guild);
  if (i == guilds_.end())
    return none;
  auto& all = i->second;
  auto x = std::find_if(all.rbegin(), all.rend(),
                        [said](auto& y) { return y.posted <= said; });
  return x == all.rend() || x->refused ? none : x->attempt;
}

time_point guild_cooldown::free_at(snowflake guild) const {
  time_point result{};
  if (auto i = guilds_.find(guild); i != guilds_.end())
    for (auto& x : i->second)
      result = std::max(result, x.free_at);
  return result;
}

std::vector<guild_cooldown::saved_stamp>
guild_cooldown::cut(time_point now) const {
  std::vector<saved_stamp> result;
  for (auto& [guild, all] : guilds_)
    for (auto& x : all)
      if (!x.passed(now))
        result.push_back({guild, std::max(x.free_at - now, timespan{0}),
                          now - x.posted, x.attempt, x.refused});
  std::stable_sort(result.begin(), result.end(),
                   [](auto& x, auto& y) { return x.guild < y.guild; });
  return result;
}

void guild_cooldown::restore(const std::vector<saved_stamp>& all,
                             time_point now) {
  for (auto& x : all)
    guilds_[x.guild].push_back(
        {now + x.free_in, x.attempt, x.refused, now - x.posted_ago});
}

void guild_cooldown::expire(time_point now) {
  for (auto i = guilds_.begin(); i != guilds_.end();) {
    std::erase_if(i->second, [now](auto& x) { return x.passed(now); });
    i = i->second.empty() ? guilds_.erase(i) : std::next(i);
  }
}

} // namespace muster
