#define CAF_SUITE system_node_cuts

#include "messages/shard_id.hpp"
#include "tests/support/node_fleet.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Two processes, of which one runs no shards, and the cables between them.
struct fixture {
  fixture() {
    node_fleet::terms x;
    x.state = "sqlite:" + folder / "bot.db";
    x.shards = 2;
    x.guilds = 8;
    bot.emplace(x);
    runs = bot->begin();
    asks = bot->begin(0);
    CAF_REQUIRE(bot->await(asks, "finished_chunking"));
    CAF_REQUIRE(bot->await(asks, "node_joined"));
    CAF_REQUIRE(bot->await_service());
  }

  /// Asks, and waits for the answer.
  void ask(const std::string& nonce, std::size_t guild) {
    bot->ask(asks, bot->gateway().guild_ids()[guild], nonce);
  }

  void check_answer(const std::string& nonce) {
    CAF_REQUIRE(bot->await([&] { return !bot->answers(nonce).empty(); }));
    auto answers = bot->answers(nonce);
    CAF_CHECK_EQUAL(answers.size(), 1u);
    CAF_CHECK_EQUAL(answers[0]["outcome"], "complete");
    CAF_CHECK_EQUAL(answers[0]["members"], bot->values().members);
  }

  /// E1s with this nonce that the asking one heard.
  std::size_t ends(const std::string& nonce) {
    std::size_t result = 0;
    for (auto& x : bot->said("chunk_request_finished"))
      result += x.node == asks && x.what["nonce"] == nonce ? 1 : 0;
    return result;
  }

  /// Who dials whom is drawn.
  void cut() {
    for (auto x : {runs, asks})
      bot->cable_of(x).cut();
  }
  void mend() {
    for (auto x : {runs, asks})
      bot->cable_of(x).mend();
  }

  temporary_folder folder;
  std::optional<node_fleet> bot;
  std::size_t runs = 0;
  std::size_t asks = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_cut_tests, fixture)

CAF_TEST(C12 a request over a cable that is cut is answered when it is whole) {
  ask("before", 0);
  check_answer("before");
  CAF_REQUIRE(bot->await([&] { return ends("before") == 1; }));
  auto before = bot->gateway().counts();
  cut();
  ask("over-a-dead-cable", 1);
  bot->ask(runs, bot->gateway().guild_ids()[2], "unheard");
  CAF_REQUIRE(bot->await([&] { return !bot->answers("unheard").empty(); }));
  bot->pass(std::chrono::seconds(6)); // both sides have given it up
  CAF_CHECK(bot->answers("over-a-dead-cable").empty());
  mend();
  check_answer("over-a-dead-cable");
  // What was told in between is a gap, with its size (C9).
  CAF_REQUIRE(bot->await(asks, "events_missed"));
  CAF_CHECK_EQUAL(ends("unheard"), 0u);
  auto missed = 0;
  for (auto& x : bot->said("events_missed"))
    if (x.node == asks && x.what["count"].is_number())
      missed += x.what["count"].get<int>();
  CAF_CHECK_EQUAL(missed, 1);
  // No shard was touched by it.
  auto after = bot->gateway().counts();
  CAF_CHECK_EQUAL(after.connections, before.connections);
  CAF_CHECK_EQUAL(bot->count(asks, "node_left"), 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
