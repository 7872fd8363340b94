#define CAF_SUITE net_guild_cooldown

#include "net/guild_cooldown.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

const auto t0 = time_point{} + 1h;
constexpr auto guild = snowflake{1};
constexpr auto other = snowflake{2};

} // namespace

CAF_TEST(Q7 a guild is free until it was asked for) {
  guild_cooldown x{30s};
  CAF_CHECK(x.free_at(guild) <= t0);
  x.written(guild, t0);
  CAF_CHECK(x.free_at(guild) == t0 + 31s);
  CAF_CHECK(x.free_at(other) <= t0);
}

CAF_TEST(Q7 the first chunk tells when Discord stamped the request) {
  guild_cooldown x{30s};
  x.written(guild, t0);
  x.first_chunk(guild, t0 + 200ms);
  CAF_CHECK(x.free_at(guild) == t0 + 30s + 200ms);
  // A slow answer moves the time on.
  x.written(guild, t0 + 60s);
  x.first_chunk(guild, t0 + 70s);
  CAF_CHECK(x.free_at(guild) == t0 + 100s);
}

CAF_TEST(Q7 a refusal says when to ask) {
  guild_cooldown x{30s};
  x.written(guild, t0);
  x.refused(guild, 2500ms, t0 + 1s);
  CAF_CHECK(x.free_at(guild) == t0 + 3500ms);
}

CAF_TEST(Q7 a second write never shortens the wait) {
  guild_cooldown x{30s};
  x.refused(guild, 100s, t0);
  x.written(guild, t0);
  CAF_CHECK(x.free_at(guild) == t0 + 100s);
}

CAF_TEST(what was never written is taken back) {
  guild_cooldown x{30s};
  x.written(guild, t0);
  auto earlier = x.free_at(guild);
  x.written(guild, t0 + 40s);
  x.restore(guild, earlier);
  CAF_CHECK(x.free_at(guild) == t0 + 31s);
}

CAF_TEST(only guilds whose time has passed are forgotten) {
  guild_cooldown x{30s};
  x.written(guild, t0);
  x.written(other, t0 + 10s);
  x.expire(t0 + 31s);
  CAF_CHECK(x.free_at(guild) == time_point{});
  CAF_CHECK(x.free_at(other) == t0 + 41s);
}

CAF_TEST(without a cooldown only refusals count) {
  guild_cooldown x{0s};
  x.written(guild, t0);
  x.first_chunk(guild, t0);
  CAF_CHECK(x.free_at(guild) <= t0);
  x.refused(guild, 1s, t0);
  CAF_CHECK(x.free_at(guild) == t0 + 1s);
}
