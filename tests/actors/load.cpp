#define CAF_SUITE actors_load

#include <cmath>
#include <deque>
#include <map>

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

using moment = caf::actor_clock::time_point;

/// Gateways that answer whole lists slowly and strictly in turn, one a shard.
struct fixture : fleet {
  struct gateway {
    scripted_connection* link = nullptr;
    std::deque<std::pair<snowflake, std::string>> turn;
    std::size_t seen = 0;
    int sent = 0;
    moment busy_until{};
  };

  snowflake add(std::uint64_t members, std::uint32_t shard = 0) {
    auto id = guild(static_cast<std::uint32_t>(sizes.size()) + 1, shard);
    sizes[id] = members;
    ids.push_back(id);
    return id;
  }

  std::vector<snowflake> guilds_of(std::uint32_t shard) const {
    std::vector<snowflake> result;
    for (auto id : ids)
      if (shard_of(id, shard_count) == shard)
        result.push_back(id);
    return result;
  }

  /// One shard with all guilds created at once.
  void begin_alike(std::uint32_t guilds, std::uint64_t members) {
    for (std::uint32_t i = 0; i < guilds; ++i)
      add(members);
    gates.resize(1);
    gates[0].link = &begin(ids, members);
    all_created = now();
  }

  moment now() { return sched.clock().now(); }

  /// Sends the chunks that are due: each takes `each` and `member` a member.
  void serve(gateway& x, caf::timespan each, caf::timespan member = 0s) {
    for (; x.seen < x.link->texts.size(); ++x.seen) {
      auto sent = nlohmann::json::parse(x.link->texts[x.seen]);
      if (sent["op"] == 8)
        x.turn.emplace_back(guild_asked(sent["d"]),
                            sent["d"]["nonce"].get<std::string>());
    }
    if (x.turn.empty() || now() < x.busy_until)
      return;
    auto& [id, nonce] = x.turn.front();
    auto size = static_cast<int>(sizes.at(id));
    auto chunks = (size + 999) / 1000;
    auto n = std::min(1000, size - 1000 * x.sent);
    x.link->say(chunk(id, nonce, x.sent, chunks, n));
    x.busy_until = std::max(x.busy_until, now() - each) + each + n * member;
    if (++x.sent == chunks) {
      x.sent = 0;
      x.turn.pop_front();
    }
  }

  /// E6: no estimate before all guilds are created, none of 0 before the end,
  /// and of those after the first quarter at least `of_ten` in ten are within
  /// a factor of two of what then happened.
  void judge_estimates(std::size_t of_ten) {
    CAF_REQUIRE_EQUAL(finished.size(), 1u);
    auto end = now();
    std::vector<std::size_t> guesses;
    for (std::size_t i = 0; i < progress.size(); ++i) {
      auto& left = progress[i].time_left;
      if (!left)
        continue;
      CAF_CHECK(progress_at[i] >= all_created);
      auto settled = progress[i].guilds_complete + progress[i].guilds_failed;
      CAF_CHECK_EQUAL(*left == 0s, settled == ids.size());
      guesses.push_back(i);
    }
    CAF_REQUIRE(guesses.size() > 20);
    std::size_t near = 0, judged = 0;
    for (auto g = guesses.size() / 4; g < guesses.size(); ++g) {
      auto guess = *progress[guesses[g]].time_left;
      auto left = end - progress_at[guesses[g]];
      if (left < 1s)
        continue;
      ++judged;
      near += guess > left / 2 && guess < left * 2 ? 1 : 0;
    }
    CAF_MESSAGE(near << " of " << judged << " estimates are near");
    CAF_CHECK(judged > 10);
    CAF_CHECK(near * 10 >= judged * of_ten);
    CAF_CHECK_EQUAL(progress.back().guilds_complete, ids.size());
    std::uint64_t members = 0;
    for (auto& [id, size] : sizes)
      members += size;
    CAF_CHECK_EQUAL(progress.back().members, members);
  }

  std::map<snowflake, std::uint64_t> sizes;
  std::vector<snowflake> ids;
  std::vector<gateway> gates;
  moment all_created{};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(load_tests, fixture)

CAF_TEST(Q6 Q9 S1 no guild of 2500 is missed because it waited) {
  begin_alike(2500, 2000);
  // Every answer takes 2 s, and eight of them wait for each other.
  for (int i = 0; i < 10'000 && finished.empty(); ++i) {
    serve(gates[0], 1s);
    pass(1s);
  }
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].guilds, 2500u);
  CAF_CHECK_EQUAL(finished[0].members, 5'000'000u);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
  CAF_CHECK(finished_shards[0].incomplete_guild_ids.empty());
  CAF_CHECK_EQUAL(finished_requests.size(), 2500u);
  CAF_CHECK_EQUAL(requests().size(), 2500u);
  auto& sent = gates[0].link->sent_at;
  for (std::size_t i = 120; i < sent.size(); ++i)
    CAF_REQUIRE(sent[i] - sent[i - 120] > 60s);
  CAF_CHECK(disconnects.empty());
}

CAF_TEST(E6 the estimate is near what then happens at a constant pace) {
  begin_alike(100, 1000);
  while (finished.empty()) {
    serve(gates[0], 200ms);
    pass(200ms);
  }
  judge_estimates(9);
  // A few a second at the most.
  CAF_CHECK(progress.size() <= 4u * 25u);
}

CAF_TEST(E6 the estimate is near with two shards and guilds of all sizes) {
  // Shard 1 may identify 5 s after shard 0, and the small guilds come first.
  shard_count = 2;
  info.max_concurrency = 1;
  for (std::uint32_t shard : {0, 1})
    for (int i = 0; i < 40; ++i)
      add(static_cast<std::uint64_t>(10 * std::pow(5000.0, i / 39.0)), shard);
  start(2);
  gates.resize(2);
  std::vector<std::deque<snowflake>> to_create;
  for (std::uint32_t shard : {0, 1}) {
    gates[shard].link = &link(shard);
    link(shard).opened();
    link(shard).say(hello(41'250ms));
    auto all = guilds_of(shard);
    to_create.emplace_back(all.rbegin(), all.rend());
  }
  sched.run();
  std::vector<bool> ready_said(2);
  std::vector<moment> ready_at(2);
  while (finished.empty()) {
    for (std::uint32_t shard : {0, 1}) {
      auto& gate = *gates[shard].link;
      if (gate.sent(2).empty())
        continue;
      if (!ready_said[shard]) {
        gate.say(ready(guilds_of(shard)));
        ready_said[shard] = true;
        ready_at[shard] = now();
      } else if (!to_create[shard].empty()) {
        auto id = to_create[shard].front();
        to_create[shard].pop_front();
        gate.say(guild_create(id, sizes[id]));
        all_created = now();
      }
      serve(gates[shard], 40ms, 150us);
    }
    pass(50ms);
  }
  CAF_CHECK(ready_at[1] - ready_at[0] >= 5s);
  judge_estimates(8);
}

CAF_TEST(E6 no estimate forgets that the send window is full) {
  begin_alike(400, 30);
  while (finished.empty()) {
    serve(gates[0], 20ms);
    pass(20ms);
  }
  auto end = now();
  CAF_CHECK(end - all_created > 180s); // 120 sends a minute
  std::size_t judged = 0;
  for (std::size_t i = 0; i < progress.size(); ++i) {
    auto left = end - progress_at[i];
    if (!progress[i].time_left || left < 1s)
      continue;
    ++judged;
    CAF_CHECK(*progress[i].time_left > left - left / 10);
  }
  CAF_CHECK(judged > 20);
}

CAF_TEST_FIXTURE_SCOPE_END()
