#include "app/simulator/world.hpp"

#include <algorithm>

namespace muster::sim {

namespace {

// Guild ids look as if the guilds were made one millisecond after another in
// July 2024, so they spread evenly over any number of shards.
constexpr std::uint64_t first_guild = 300'000'000'000ull;

// User ids are numbers of 56 bits, scrambled so that they look unordered:
// a multiplication with an odd number can be undone.
constexpr std::uint64_t first_user = 1'200'000'000'000'000'000ull;
constexpr std::uint64_t user_mask = (1ull << 56) - 1;
constexpr unsigned member_bits = 24;
constexpr std::uint64_t scramble = 0x5851F42D4C957F2Dull & user_mask;

constexpr std::uint64_t inverse(std::uint64_t odd) {
  // Newton's iteration doubles the number of right bits each time.
  std::uint64_t x = odd;
  for (int i = 0; i < 6; ++i)
    x *= 2 - odd * x;
  return x;
}

constexpr std::uint64_t unscramble = inverse(scramble) & user_mask;
static_assert(((scramble * unscramble) & user_mask) == 1);
static_assert(world::max_size < (1u << member_bits));

} // namespace

world::world(const options& opts) {
  if (!opts.guild_sizes.empty()) {
    for (auto size : opts.guild_sizes)
      add(size);
  } else {
    for (std::uint64_t i = 0; i < std::uint64_t{opts.shards} * opts.guilds; ++i)
      add(opts.members);
  }
}

guild* world::find(snowflake id) {
  auto index = (id.value >> 22) - first_guild;
  if (index >= guilds_.size() || guilds_[index].id != id)
    return nullptr;
  return &guilds_[index];
}

const guild* world::find(snowflake id) const {
  return const_cast<world*>(this)->find(id);
}

guild& world::add(std::uint32_t size) {
  guild g;
  g.index = static_cast<std::uint32_t>(guilds_.size());
  g.id = snowflake{(first_guild + g.index) << 22};
  g.size = std::clamp(size, 1u, max_size);
  return guilds_.emplace_back(g);
}

std::vector<std::uint32_t> world::of_shard(shard_id shard) const {
  std::vector<std::uint32_t> result;
  for (const auto& g : guilds_) {
    if (g.state != guild::condition::removed && owns(shard, g.id))
      result.push_back(g.index);
  }
  return result;
}

std::size_t world::count_of_shard(shard_id shard) const {
  return static_cast<std::size_t>(
      std::count_if(guilds_.begin(), guilds_.end(), [&](const guild& g) {
        return g.state != guild::condition::removed && owns(shard, g.id);
      }));
}

snowflake member_id(std::uint32_t guild_index, std::uint32_t member_index) {
  if (member_index == 0)
    return bot_user;
  auto n = (std::uint64_t{guild_index} << member_bits) | member_index;
  return snowflake{first_user + ((n * scramble) & user_mask)};
}

std::optional<std::uint32_t> member_index(const guild& g, snowflake user) {
  if (user == bot_user)
    return 0;
  auto scrambled = user.value - first_user;
  if (scrambled > user_mask)
    return std::nullopt;
  auto n = (scrambled * unscramble) & user_mask;
  auto index = static_cast<std::uint32_t>(n & ((1u << member_bits) - 1));
  if (n >> member_bits != g.index || index == 0 || index >= g.size)
    return std::nullopt;
  return index;
}

} // namespace muster::sim
