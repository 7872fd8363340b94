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
  x.posted(guild, "a", t0);
  CAF_CHECK(x.free_at(guild) == t0 + 31s);
  CAF_CHECK(x.free_at(other) <= t0);
}

CAF_TEST(Q7 the write counts not the posting) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.written(guild, "a", t0 + 5s);
  CAF_CHECK(x.free_at(guild) == t0 + 36s);
  // News of an older attempt moves nothing.
  x.posted(guild, "b", t0 + 60s);
  x.written(guild, "a", t0 + 70s);
  CAF_CHECK(x.free_at(guild) == t0 + 91s);
}

CAF_TEST(Q7 the first chunk tells when Discord stamped the request) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.chunk(guild, "a", t0 + 200ms);
  CAF_CHECK(x.free_at(guild) == t0 + 30s + 200ms);
  // A slow answer moves the time on, its second chunk does not.
  x.posted(guild, "b", t0 + 60s);
  x.chunk(guild, "b", t0 + 70s);
  x.chunk(guild, "b", t0 + 71s);
  CAF_CHECK(x.free_at(guild) == t0 + 100s);
}

CAF_TEST(Q7 a late chunk of an older attempt tells nothing) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.posted(guild, "b", t0 + 40s);
  x.chunk(guild, "a", t0 + 41s);
  CAF_CHECK(x.free_at(guild) == t0 + 71s);
  CAF_CHECK_EQUAL(x.unanswered(guild), "b");
}

CAF_TEST(Q7 a refusal says when to ask) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  CAF_CHECK_EQUAL(x.unanswered(guild), "a");
  x.refused(guild, 2500ms, t0 + 1s);
  CAF_CHECK(x.free_at(guild) == t0 + 3500ms);
  CAF_CHECK_EQUAL(x.unanswered(guild), "");
}

CAF_TEST(Q7 a second write never shortens the wait) {
  guild_cooldown x{30s};
  x.refused(guild, 100s, t0);
  x.posted(guild, "a", t0);
  CAF_CHECK(x.free_at(guild) == t0 + 100s);
}

CAF_TEST(what was never written is taken back) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.posted(guild, "b", t0 + 40s);
  x.taken_back(guild);
  CAF_CHECK(x.free_at(guild) == t0 + 31s);
  CAF_CHECK_EQUAL(x.unanswered(guild), "a");
}

CAF_TEST(only guilds whose time has passed are forgotten) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.chunk(guild, "a", t0 + 1s);
  x.posted(other, "b", t0 + 10s);
  x.chunk(other, "b", t0 + 11s);
  x.expire(t0 + 31s);
  CAF_CHECK(x.free_at(guild) == time_point{});
  CAF_CHECK(x.free_at(other) == t0 + 41s);
}

CAF_TEST(an answer is waited for five minutes longer) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.expire(t0 + 31s + 5min - 1ns);
  CAF_CHECK_EQUAL(x.unanswered(guild), "a");
  x.expire(t0 + 31s + 5min);
  CAF_CHECK_EQUAL(x.unanswered(guild), "");
}

CAF_TEST(without a cooldown only refusals count) {
  guild_cooldown x{0s};
  x.posted(guild, "a", t0);
  x.chunk(guild, "a", t0);
  CAF_CHECK(x.free_at(guild) <= t0);
  x.refused(guild, 1s, t0);
  CAF_CHECK(x.free_at(guild) == t0 + 1s);
}
