#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "messages/snowflake.hpp"
#include "net/clock.hpp"

namespace muster {

/// When a guild's whole list may be asked for again, and which attempt asked
/// last (Q7). It belongs to the bot, so it outlives connections and sessions;
/// an answer may come long after its request was given up. Each send has a
/// stamp of its own and the latest of them counts, so that late news of one
/// says nothing about another. Pure.
/// Source: Events > Gateway Events > Request Guild Members.
class guild_cooldown {
public:
  explicit guild_cooldown(timespan span) : span_(span) {}

  /// Opcode 8 was given to the connection: no second one may slip out before
  /// the write is confirmed. `attempt` is its nonce.
  void posted(snowflake guild, const std::string& attempt, time_point now);

  /// What was posted as `attempt` has hardly left: as if it had not been,
  /// unless a chunk comes of it.
  void taken_back(snowflake guild, const std::string& attempt, time_point now);

  /// It was written. Discord stamps it when it handles it, which is later;
  /// until a chunk tells when that was, a second is added.
  void written(snowflake guild, const std::string& attempt, time_point now);

  /// A chunk of `attempt`; the first one says when Discord stamped it, even
  /// if a refusal came before: a nonce may have gone out twice.
  void chunk(snowflake guild, const std::string& attempt, time_point now);

  /// RATE_LIMITED said to wait. It has not stamped `attempt`, but what was
  /// stamped beside it counts on.
  void refused(snowflake guild, const std::string& attempt,
               timespan retry_after, time_point now);

  /// The last attempt before `said`, if nothing has come for it yet, otherwise
  /// empty. What has been answered is not refused, so a refusal without nonce
  /// that came then means it.
  const std::string& unanswered(snowflake guild, time_point said) const;

  /// A time in the past, or when to ask.
  time_point free_at(snowflake guild) const;

  /// One send, as another process can go on from it (C6). Times are what is
  /// left, or has passed.
  struct saved_stamp {
    snowflake guild;
    timespan free_in{0};
    timespan posted_ago{0};
    std::string attempt;
    bool refused = false;

    friend bool operator==(const saved_stamp&, const saved_stamp&) = default;
  };

  /// All that still count at `now`; those of a guild in their order.
  std::vector<saved_stamp> cut(time_point now) const;
  void restore(const std::vector<saved_stamp>& all, time_point now);

  /// Forgets guilds whose time has passed, with the answers that are overdue.
  void expire(time_point now);

private:
  static constexpr timespan unstamped = std::chrono::seconds(1);
  /// How late an answer may be and still count.
  static constexpr timespan memory = std::chrono::minutes(5);

  /// More sends of one guild than this are not told apart.
  static constexpr std::size_t most_stamps = 8;

  struct stamp {
    time_point free_at{};
    /// Until its first chunk comes.
    std::string attempt;
    /// Refused or taken back: only a chunk would tell of a stamp.
    bool refused = false;
    time_point posted{};

    bool passed(time_point now) const {
      return free_at + (attempt.empty() ? timespan{0} : memory) <= now;
    }
  };

  /// The latest send of `attempt` without a chunk, or null; with `refused`,
  /// also one that was refused.
  stamp* find(snowflake guild, const std::string& attempt,
              bool refused = false);

  timespan span_;
  /// In the order of their sending, those taken back first.
  std::unordered_map<snowflake, std::vector<stamp>> guilds_;
};

} // namespace muster
