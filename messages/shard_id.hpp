#pragma once

/// @file
/// Which shard, of how many.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: Events > Gateway > Sharding.

#include <compare>
#include <cstdint>
#include <string>

#include <caf/meta/type_name.hpp>

#include "messages/snowflake.hpp"

namespace muster {

/// One of a bot's gateway connections: its index, and how many there are.
/// Source: Events > Using Gateway > Sharding.
struct shard_id {
  /// From 0 on.
  std::uint32_t index = 0;
  /// Of the bot; never 0.
  std::uint32_t count = 1;

  /// By index, then by count.
  auto operator<=>(const shard_id&) const = default;
};

/// The shard index that receives the events of `guild`; `count` is not zero.
constexpr std::uint32_t shard_of(snowflake guild, std::uint32_t count) {
  return static_cast<std::uint32_t>((guild.value >> 22) % count);
}

/// True if the events of `guild` arrive on `shard`.
constexpr bool owns(shard_id shard, snowflake guild) {
  return shard_of(guild, shard.count) == shard.index;
}

/// "3/16".
inline std::string to_string(shard_id x) {
  return std::to_string(x.index) + "/" + std::to_string(x.count);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_id& x) {
  return f(caf::meta::type_name("shard_id"), x.index, x.count);
}

} // namespace muster
