#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/simulator/options.hpp"
#include "messages/shard_id.hpp"
#include "messages/snowflake.hpp"

namespace muster::sim {

/// The bot's own user; a member, with index 0, of every guild.
inline constexpr snowflake bot_user{1'190'000'000'000'000'001ull};

/// The bot's application.
inline constexpr snowflake bot_application{1'190'000'000'000'000'000ull};

/// A guild that the bot is, or was, a member of.
struct guild {
  enum class condition : std::uint8_t { present, unavailable, removed };

  snowflake id;
  /// The first is 0; never reused.
  std::uint32_t index = 0;
  /// Members, the bot included; at least one.
  std::uint32_t size = 1;
  condition state = condition::present;
  /// When an outage ends by itself.
  std::optional<time_point> back_at;
};

/// All guilds and who is in them. Members are not stored: everything about
/// one follows from the guild's index and the member's. Not thread-safe.
class world {
public:
  /// Guilds can be no larger than this.
  static constexpr std::uint32_t max_size = 10'000'000;

  explicit world(const options& opts);

  const std::vector<guild>& guilds() const { return guilds_; }

  /// Null if there never was such a guild.
  guild* find(snowflake id);
  const guild* find(snowflake id) const;

  guild& at(std::uint32_t index) { return guilds_[index]; }
  const guild& at(std::uint32_t index) const { return guilds_[index]; }

  /// Adds a guild; references to other guilds become invalid.
  guild& add(std::uint32_t size);

  /// The guilds of a shard that the bot has not been removed from.
  std::vector<std::uint32_t> of_shard(shard_id shard) const;

  /// How many those are.
  std::size_t count_of_shard(shard_id shard) const;

private:
  std::vector<guild> guilds_;
};

/// The id of a member; all have 19 digits, and no two guilds share one except
/// the bot.
snowflake member_id(std::uint32_t guild_index, std::uint32_t member_index);

/// The index of that user among the members of `g`.
std::optional<std::uint32_t> member_index(const guild& g, snowflake user);

} // namespace muster::sim
