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

CAF_TEST(C6 Q7 the waits go on in another process) {
  guild_cooldown x{30s};
  x.posted(guild, "one", t0);
  x.chunk(guild, "one", t0 + 1s);
  x.posted(other, "two", t0);
  x.refused(other, "two", 60s, t0 + 2s);
  x.posted(other, "three", t0 + 3s);
  guild_cooldown y{30s};
  auto t1 = t0 - 30min; // its clock is another
  y.restore(x.cut(t0 + 11s), t1);
  CAF_CHECK(y.free_at(guild) == t1 + 20s);
  CAF_CHECK(y.free_at(other) == t1 + 51s);
  CAF_CHECK_EQUAL(y.unanswered(other, t1), "three");
  CAF_CHECK_EQUAL(y.unanswered(other, t1 - 9s), "");
  y.chunk(other, "three", t1 + 1s);
  y.chunk(other, "two", t1 + 1s);
  CAF_CHECK(y.free_at(other) == t1 + 31s);
  CAF_CHECK(x.cut(t0 + 1h).empty());
}

CAF_TEST(Q7 the write counts not the posting) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.written(guild, "a", t0 + 5s);
  CAF_CHECK(x.free_at(guild) == t0 + 36s);
  // News of an older attempt shortens no newer wait.
  x.posted(guild, "b", t0 + 60s);
  x.written(guild, "a", t0 + 50s);
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

CAF_TEST(Q7 a late chunk of an older attempt shortens no newer wait) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.posted(guild, "b", t0 + 40s);
  x.chunk(guild, "a", t0 + 40s);
  CAF_CHECK(x.free_at(guild) == t0 + 71s);
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "b");
  // Discord may have stamped it as late as that.
  x.posted(guild, "c", t0 + 80s);
  x.chunk(guild, "b", t0 + 90s);
  CAF_CHECK(x.free_at(guild) == t0 + 120s);
}

CAF_TEST(Q7 what was said before an attempt does not mean it) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.posted(guild, "b", t0 + 31s);
  CAF_CHECK_EQUAL(x.unanswered(guild, t0 + 31s), "b");
  CAF_CHECK_EQUAL(x.unanswered(guild, t0 + 31s - 1ns), "a");
  CAF_CHECK_EQUAL(x.unanswered(guild, t0 - 1ns), "");
  // The answer of the other one changes nothing.
  x.chunk(guild, "b", t0 + 32s);
  CAF_CHECK_EQUAL(x.unanswered(guild, t0 + 2s), "a");
  CAF_CHECK_EQUAL(x.unanswered(guild, t0 + 33s), "");
  x.refused(guild, "a", 2s, t0 + 33s);
  CAF_CHECK_EQUAL(x.unanswered(guild, t0 + 2s), "");
}

CAF_TEST(Q7 a refusal says when to ask) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "a");
  x.refused(guild, "a", 2500ms, t0 + 1s);
  CAF_CHECK(x.free_at(guild) == t0 + 3500ms);
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "");
}

CAF_TEST(Q7 a second write never shortens the wait) {
  guild_cooldown x{30s};
  x.refused(guild, "", 100s, t0);
  x.posted(guild, "a", t0);
  CAF_CHECK(x.free_at(guild) == t0 + 100s);
}

CAF_TEST(Q7 a refusal that is read late leaves newer stamps alone) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.posted(guild, "b", t0 + 40s);
  x.refused(guild, "a", 2s, t0 + 41s);
  CAF_CHECK(x.free_at(guild) == t0 + 71s);
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "b");
  x.chunk(guild, "b", t0 + 42s);
  x.refused(guild, "b", 2s, t0 + 43s);
  CAF_CHECK(x.free_at(guild) == t0 + 72s);
}

CAF_TEST(Q7 a chunk after a refusal tells of a stamp all the same) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.refused(guild, "a", 2s, t0 + 1s);
  x.written(guild, "a", t0 + 1s); // it has not been stamped by that
  CAF_CHECK(x.free_at(guild) == t0 + 3s);
  x.chunk(guild, "a", t0 + 2s);
  x.chunk(guild, "a", t0 + 9s);
  CAF_CHECK(x.free_at(guild) == t0 + 32s);
}

CAF_TEST(Q7 a refused nonce that goes out again has a stamp of its own) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.refused(guild, "a", 2s, t0 + 1s);
  x.posted(guild, "a", t0 + 3s);
  CAF_CHECK(x.free_at(guild) == t0 + 34s);
  x.taken_back(guild, "a", t0 + 3s);
  CAF_CHECK(x.free_at(guild) <= t0 + 3s);
}

CAF_TEST(what was never written is taken back) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.posted(guild, "b", t0 + 40s);
  x.taken_back(guild, "b", t0 + 41s);
  CAF_CHECK(x.free_at(guild) <= t0 + 41s);
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "a");
  x.taken_back(guild, "nobody's", t0 + 41s);
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "a");
}

CAF_TEST(Q7 a chunk of what was taken back tells that it had left) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.taken_back(guild, "a", t0 + 1s);
  CAF_CHECK(x.free_at(guild) <= t0 + 1s);
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "");
  x.chunk(guild, "a", t0 + 4s);
  CAF_CHECK(x.free_at(guild) == t0 + 34s);
}

CAF_TEST(what is taken back is no other attempt) {
  guild_cooldown x{30s};
  x.posted(guild, "a", t0);
  x.posted(guild, "b", t0 + 40s);
  x.taken_back(guild, "a", t0 + 41s);
  CAF_CHECK(x.free_at(guild) == t0 + 71s);
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "b");
}

CAF_TEST(Q7 sends without an end are forgotten from the oldest on) {
  guild_cooldown x{30s};
  for (int i = 0; i < 100; ++i)
    x.posted(guild, std::to_string(i), t0 + 100ms * i);
  CAF_CHECK(x.free_at(guild) == t0 + 9900ms + 31s);
  x.chunk(guild, "0", t0 + 1h); // too old
  CAF_CHECK(x.free_at(guild) == t0 + 9900ms + 31s);
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
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "a");
  x.expire(t0 + 31s + 5min);
  CAF_CHECK_EQUAL(x.unanswered(guild, never), "");
}

CAF_TEST(without a cooldown only refusals count) {
  guild_cooldown x{0s};
  x.posted(guild, "a", t0);
  x.chunk(guild, "a", t0);
  CAF_CHECK(x.free_at(guild) <= t0);
  x.refused(guild, "a", 1s, t0);
  CAF_CHECK(x.free_at(guild) == t0 + 1s);
}
