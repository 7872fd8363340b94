#define CAF_SUITE actors_pacing

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// What leaves, how fast, and in which order.

namespace {

struct fixture : fleet {
  /// A startup of `guilds` guilds, the first one the smallest.
  void begin_startup(std::uint32_t guilds) {
    ids = guilds_up_to(guilds);
    start_with(ids);
    for (std::uint32_t i = 0; i < guilds; ++i)
      link().say(guild_create(ids[i], 1000 + i));
    sched.run();
  }

  /// Answers the op 8 number `i` with all that there is.
  void answer_number(std::size_t i) { answer(requests().at(i)); }

  /// What left after the first `n` payloads, heartbeats aside.
  std::vector<nlohmann::json> sent_after(std::size_t n) {
    std::vector<nlohmann::json> result;
    auto& texts = link().texts;
    for (auto i = n; i < texts.size(); ++i)
      if (auto x = nlohmann::json::parse(texts[i]); x["op"] != 1)
        result.push_back(x);
    return result;
  }

  std::vector<snowflake> ids;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(pacing_tests, fixture)

CAF_TEST(Q9 the whole list of a user is the next to leave amid a startup) {
  begin_startup(400);
  // Answered slowly and in turn, with all slots taken.
  for (std::size_t i = 0; i < 50; ++i) {
    pass(1s);
    answer_number(i);
  }
  CAF_REQUIRE_EQUAL(requests().size(), 58u);
  // The largest guilds would be the last ones.
  auto joins = ask(ask_for::whole_list(ids[399]));
  auto own = ask(ask_for::whole_list(ids[398]).with_nonce("mine"));
  pass(5s);
  CAF_CHECK_EQUAL(requests().size(), 58u); // max_in_flight is for all
  answer_number(50);
  CAF_REQUIRE_EQUAL(requests().size(), 59u);
  CAF_CHECK_EQUAL(guild_asked(requests()[58]), ids[399]);
  answer_number(51);
  CAF_REQUIRE_EQUAL(requests().size(), 60u);
  CAF_CHECK_EQUAL(last_nonce(), "mine");
  answer_number(52);
  CAF_REQUIRE_EQUAL(requests().size(), 61u);
  CAF_CHECK_EQUAL(guild_asked(requests()[60]), ids[58]); // the startup goes on
  answer_number(58);
  answer_number(59);
  CAF_CHECK(joins->answer);
  CAF_CHECK(own->answer);
}

CAF_TEST(Q9 a search by the user does not wait for a slot) {
  begin_startup(20);
  CAF_CHECK_EQUAL(requests().size(), 8u);
  ask(ask_for::search(ids[19], "nel", 5));
  CAF_CHECK_EQUAL(requests().size(), 9u);
  CAF_CHECK(last_request()["query"] == "nel");
}

CAF_TEST(Q9 a user is the first when the window opens) {
  begin_startup(400);
  // All answers come at once, until the window is full.
  std::size_t answered = 0;
  while (answered < requests().size())
    answer_number(answered++);
  CAF_CHECK(answered > 100 && answered < 120);
  auto full = link().texts.size();
  ask(ask_for::whole_list(ids[399]));
  ask(ask_for::search(ids[0], "nel", 5));
  CAF_CHECK(!command(gateway_command{3, "{\"status\":\"idle\"}", {}}));
  CAF_CHECK_EQUAL(link().texts.size(), full);
  pass(62s);
  auto sent = sent_after(full);
  CAF_REQUIRE(sent.size() > 4);
  CAF_CHECK(sent[0]["d"]["guild_id"] == to_string(ids[399]));
  CAF_CHECK(sent[1]["d"]["query"] == "nel");
  CAF_CHECK(sent[2]["op"] == 3);
  CAF_CHECK(sent[3]["d"]["guild_id"] == to_string(ids[answered]));
}

CAF_TEST(Q9 no window sees more than the limit) {
  values.auto_chunk = false;
  begin({a});
  for (int i = 0; i < 400; ++i)
    ask(ask_for::search(a, "n" + std::to_string(i), 1));
  pass(5min);
  CAF_CHECK_EQUAL(requests().size(), 400u);
  auto& sent = link().sent_at;
  for (std::size_t i = 120; i < sent.size(); ++i)
    CAF_REQUIRE(sent[i] - sent[i - 120] > 60s);
}

CAF_TEST_FIXTURE_SCOPE_END()
