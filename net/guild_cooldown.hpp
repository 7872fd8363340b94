#pragma once

#include <unordered_map>

#include "messages/snowflake.hpp"
#include "net/clock.hpp"

namespace muster {

/// When a guild's whole list may be asked for again (Q7). It belongs to the
/// bot, so it outlives connections and sessions.
/// Source: Events > Gateway Events > Request Guild Members.
class guild_cooldown {
public:
  explicit guild_cooldown(timespan span) : span_(span) {}

  /// Opcode 8 was written. Discord stamps it when it handles it, which is
  /// later; until a chunk tells when that was, a second is added.
  void written(snowflake guild, time_point now);

  /// The first chunk of the answer has come.
  void first_chunk(snowflake guild, time_point now);

  /// RATE_LIMITED said to wait.
  void refused(snowflake guild, timespan retry_after, time_point now);

  /// What was taken for written never left: back to an earlier free_at().
  void restore(snowflake guild, time_point earlier) {
    free_at_[guild] = earlier;
  }

  /// A time in the past, or when to ask.
  time_point free_at(snowflake guild) const;

  /// Forgets guilds whose time has passed.
  void expire(time_point now);

private:
  static constexpr timespan unstamped = std::chrono::seconds(1);

  timespan span_;
  std::unordered_map<snowflake, time_point> free_at_;
};

} // namespace muster
