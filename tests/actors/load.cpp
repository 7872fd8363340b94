#define CAF_SUITE actors_load

#include <deque>

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// A gateway that answers whole lists slowly and strictly in turn.
struct fixture : fleet {
  void begin(std::uint32_t guilds, std::uint64_t members) {
    values.max_attempts = 2;
    start();
    for (std::uint32_t i = 1; i <= guilds; ++i)
      ids.push_back(guild(i));
    gate = &greet(ids);
    for (auto id : ids)
      gate->say(guild_create(id, members));
    sched.run();
  }

  /// Sends the next chunk of the request that is in turn.
  void step(int chunks, int members) {
    take_new();
    if (turn.empty())
      return;
    gate->say(
        chunk(turn.front().first, turn.front().second, sent, chunks, members));
    if (++sent == chunks) {
      sent = 0;
      turn.pop_front();
    }
  }

  void take_new() {
    auto now = sched.clock().now();
    for (; seen < gate->texts.size(); ++seen) {
      window.push_back(now);
      auto x = nlohmann::json::parse(gate->texts[seen]);
      if (x["op"] == 8) {
        turn.push_back(
            {*parse_snowflake(x["d"]["guild_id"].get_ref<const std::string&>()),
             x["d"]["nonce"].get<std::string>()});
        queries.push_back(x["d"].value("query", ""));
      }
    }
    while (!window.empty() && window.front() + 60s <= now)
      window.pop_front();
    most_in_window = std::max(most_in_window, window.size());
  }

  std::vector<snowflake> ids;
  scripted_connection* gate = nullptr;
  std::size_t seen = 0;
  int sent = 0;
  std::deque<std::pair<snowflake, std::string>> turn;
  std::vector<std::string> queries;
  std::deque<caf::actor_clock::time_point> window;
  std::size_t most_in_window = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(load_tests, fixture)

CAF_TEST(Q6 Q9 S1 no guild of 2500 is missed because it waited) {
  begin(2500, 2000);
  // Every answer takes 2 s, and eight of them wait for each other.
  for (int i = 0; i < 10'000 && finished.empty(); ++i) {
    step(2, 1000);
    pass(1s);
  }
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].guilds, 2500u);
  CAF_CHECK_EQUAL(finished[0].members, 5'000'000u);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
  CAF_CHECK(finished_shards[0].incomplete_guild_ids.empty());
  CAF_CHECK_EQUAL(finished_requests.size(), 2500u);
  CAF_CHECK_EQUAL(queries.size(), 2500u);
  CAF_CHECK(most_in_window <= 120);
  CAF_CHECK(disconnects.empty());
}

CAF_TEST(Q9 a request by the user is the next one sent amid a startup) {
  begin(400, 50'000);
  for (int i = 0; i < 500; ++i) {
    step(5, 100);
    pass(100ms);
  }
  take_new();
  auto before = queries.size();
  CAF_REQUIRE(before > 50 && before < 400);
  auto answer = ask(guild_members_request::search(ids[399], "nel", 5));
  for (int i = 0; i < 200 && answer->count == 0; ++i) {
    take_new();
    if (queries.size() > before && queries[before] == "nel")
      for (auto& [id, nonce] : turn)
        if (id == ids[399]) {
          gate->say(chunk(id, nonce, 0, 1));
          break;
        }
    step(5, 100);
    pass(100ms);
  }
  CAF_REQUIRE(queries.size() > before);
  CAF_CHECK_EQUAL(queries[before], "nel");
}

CAF_TEST(E6 the estimate is near what then happens) {
  begin(100, 1000);
  std::vector<std::pair<caf::actor_clock::time_point, caf::timespan>> guesses;
  for (int i = 0; i < 2'000 && finished.empty(); ++i) {
    auto known = progress.size();
    step(1, 1000);
    pass(200ms);
    auto now = sched.clock().now();
    if (progress.size() > known && progress.back().time_left)
      guesses.emplace_back(now, *progress.back().time_left);
  }
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  auto end = sched.clock().now();
  CAF_REQUIRE(guesses.size() > 20);
  std::size_t near = 0, judged = 0;
  for (std::size_t i = guesses.size() / 4; i < guesses.size(); ++i) {
    auto left = end - guesses[i].first;
    if (left < 1s)
      continue;
    ++judged;
    near += guesses[i].second > left / 2 && guesses[i].second < left * 2;
  }
  CAF_CHECK(judged > 10);
  CAF_CHECK(near * 10 >= judged * 9); // nine of ten within a factor of two
  // A few a second at the most.
  CAF_CHECK(progress.size() <= 4u * 25u);
  CAF_CHECK_EQUAL(progress.back().guilds_complete, 100u);
  CAF_CHECK_EQUAL(progress.back().members, 100'000u);
}

CAF_TEST_FIXTURE_SCOPE_END()
