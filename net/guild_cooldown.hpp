#pragma once

#include <string>
#include <unordered_map>

#include "messages/snowflake.hpp"
#include "net/clock.hpp"

namespace muster {

/// When a guild's whole list may be asked for again, and which attempt asked
/// last (Q7). It belongs to the bot, so it outlives connections and sessions;
/// an answer may come long after its request was given up. Pure.
/// Source: Events > Gateway Events > Request Guild Members.
class guild_cooldown {
public:
  explicit guild_cooldown(timespan span) : span_(span) {}

  /// Opcode 8 was given to the connection: no second one may slip out before
  /// the write is confirmed. `attempt` is its nonce.
  void posted(snowflake guild, const std::string& attempt, time_point now);

  /// What was posted last never left: back to what was before.
  void taken_back(snowflake guild);

  /// It was written. Discord stamps it when it handles it, which is later;
  /// until a chunk tells when that was, a second is added.
  void written(snowflake guild, const std::string& attempt, time_point now);

  /// A chunk of `attempt`; the first one says when Discord stamped it.
  void chunk(snowflake guild, const std::string& attempt, time_point now);

  /// RATE_LIMITED said to wait.
  void refused(snowflake guild, timespan retry_after, time_point now);

  /// The attempt that nothing has come for yet, empty when there is none. What
  /// has been answered is not refused, so a refusal without nonce means it.
  const std::string& unanswered(snowflake guild) const;

  /// A time in the past, or when to ask.
  time_point free_at(snowflake guild) const;

  /// Forgets guilds whose time has passed, with the answers that are overdue.
  void expire(time_point now);

private:
  static constexpr timespan unstamped = std::chrono::seconds(1);
  /// How late an answer may be and still count.
  static constexpr timespan memory = std::chrono::minutes(5);

  struct stamp {
    time_point free_at{};
    /// Until its first chunk comes.
    std::string attempt;
  };

  struct entry {
    stamp last;
    /// While the last one may be taken back.
    stamp before;
  };

  timespan span_;
  std::unordered_map<snowflake, entry> guilds_;
};

} // namespace muster
