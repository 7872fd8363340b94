#define CAF_SUITE actors_settling

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// When a guild, a shard and the bot count as finished, and when not yet.

namespace {

struct fixture : fleet {
  /// The bot asks for a guild, which then comes whole.
  void ask_for_a_whole_guild() {
    start_with({a});
    ask(ask_for::whole_list(a));
    say(guild_create(a, 3, false, 3));
    CAF_CHECK(order.empty());
    CAF_CHECK_EQUAL(requests().size(), 1u);
    CAF_CHECK(state_of(a).status == guild_status::in_flight);
    pass(2min); // never answered, and the guild is whole all the same
    CAF_CHECK((order == texts{"E1 " + id_a + " no_response", "E2 0", "E3"}));
    CAF_CHECK(finished_shards.at(0).missed_guild_ids.empty());
    CAF_CHECK_EQUAL(finished.at(0).guilds, 1u);
    CAF_CHECK_EQUAL(finished.at(0).members, 3u);
    CAF_CHECK(state_of(a).status == guild_status::complete);
  }

  using texts = std::vector<std::string>;

  std::string id_a = to_string(a), id_b = to_string(b);
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(settling_tests, fixture)

CAF_TEST(E4 another list of the guild ends and the startup waits for its own) {
  begin({a});
  auto startup = last_nonce();
  auto mine = ask(ask_for::whole_list(a).with_nonce("mine"));
  CAF_CHECK(!command(cancel_request{a, "mine"}));
  CAF_CHECK(mine->answer->outcome == outcome::cancelled);
  CAF_CHECK(order == texts{"E1 " + id_a + " cancelled"});
  say(chunk(a, startup, 0, 1, 5));
  CAF_CHECK((order
             == texts{"E1 " + id_a + " cancelled", "E1 " + id_a + " complete",
                      "E2 0", "E3"}));
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
}

CAF_TEST(E4 a list that completes early does not overtake the startups) {
  values.cooldown = 0s;
  begin({a});
  auto startup = last_nonce();
  ask(ask_for::whole_list(a).with_nonce("mine"));
  say(chunk(a, "mine", 0, 1, 5));
  CAF_CHECK(order == texts{"E1 " + id_a + " complete"});
  pass(2min); // the startup's own is never answered
  CAF_CHECK((order
             == texts{"E1 " + id_a + " complete", "E1 " + id_a + " no_response",
                      "E2 0", "E3"}));
  // Its members are here all the same.
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
  CAF_CHECK_EQUAL(finished[0].members, 5u);
}

CAF_TEST(E4 the end of a guild that leaves comes before E2) {
  begin({a, b});
  say(guild_delete(a, false));
  say(guild_delete(b, true));
  CAF_CHECK((order
             == texts{"E1 " + id_a + " guild_left",
                      "E1 " + id_b + " guild_left", "E2 0", "E3"}));
}

CAF_TEST(E4 the end of a guild that is created unavailable comes before E2) {
  begin({a});
  say(guild_unavailable(a));
  CAF_CHECK((order == texts{"E1 " + id_a + " guild_left", "E2 0", "E3"}));
}

CAF_TEST(E4 S5 the end of a guild that a new session lacks comes before E2) {
  begin({a});
  lose_session({});
  CAF_CHECK((order == texts{"E1 " + id_a + " guild_left", "E2 0", "E3"}));
}

CAF_TEST(E4 S5 the end of a guild that does not come again comes before E2) {
  begin({a});
  lose_session({a});
  pass(16s);
  CAF_CHECK((order == texts{"E1 " + id_a + " session_lost", "E2 0", "E3"}));
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{a});
}

CAF_TEST(E4 S3 a list asked for before a whole GUILD_CREATE ends before E2) {
  values.auto_chunk = false;
  ask_for_a_whole_guild();
}

CAF_TEST(E4 S2 the same while the startup asks) {
  ask_for_a_whole_guild();
}

CAF_TEST(E2 a bad verdict becomes better before E2 with each list) {
  values.max_attempts = 1;
  values.cooldown = 0s;
  values.guild_create_timeout = 1min; // b keeps the startup going
  start_with({a, b});
  say(guild_create(a, 5));
  pass(10s);
  CAF_CHECK(state_of(a).status == guild_status::missed);
  ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, 2, 3));
  pass(5s);
  CAF_CHECK(state_of(a).status == guild_status::incomplete);
  // Of two more the first completes, and the other is not waited for.
  ask(ask_for::whole_list(a).with_nonce("one"));
  ask(ask_for::whole_list(a).with_nonce("two"));
  say(chunk(a, "one", 0, 1, 5));
  CAF_CHECK(finished_shards.empty());
  say(guild_create(b, 3, false, 3));
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
  CAF_CHECK(finished_shards[0].incomplete_guild_ids.empty());
  CAF_CHECK_EQUAL(finished[0].guilds, 2u);
}

CAF_TEST(S1 S4 S7 a guild that was asked for and left in an outage is as new) {
  values.auto_chunk = false;
  start_with({a, b});
  auto early = ask(ask_for::whole_list(a));
  say(guild_delete(a, true));
  CAF_CHECK(early->answer->outcome == outcome::guild_left);
  say(guild_create(a, 5));
  CAF_CHECK(state_of(a).status == guild_status::unknown);
  CAF_CHECK_EQUAL(requests().size(), 0u);
  send(auto_chunk_request{true, false});
  CAF_CHECK_EQUAL(requests().size(), 1u);
  CAF_CHECK(state_of(a).status == guild_status::in_flight);
}

CAF_TEST(E2 S4 a guild removed in its outage is in no list) {
  start_with({a, b});
  say(guild_delete(a, true));
  say(guild_delete(a, false));
  say(guild_create(b, 5));
  answer(b, 5);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].unavailable_guild_ids.empty());
}

CAF_TEST(Q3 S4 a request for a guild outside the filter never waits for ever) {
  values.only_guilds = {a};
  start_with({a, b});
  say(guild_create(a, 1));
  answer(a);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  auto held = ask(ask_for::whole_list(b)); // b is never created
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(16s);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  pass(1min);
  CAF_REQUIRE(held->answer);
  CAF_CHECK(held->answer->outcome == outcome::no_response);
}

CAF_TEST(S3 a whole list that was asked for before READY counts) {
  values.auto_chunk = false;
  start();
  auto early = ask(ask_for::whole_list(a));
  greet({a});
  say(guild_create(a, 5));
  pass(20s); // longer than guild_create_timeout
  CAF_CHECK(early->answer);
  CAF_CHECK((order == texts{"E1 " + id_a + " no_response", "E2 0", "E3"}));
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{a});
}

CAF_TEST(S4 a guild that comes late is chunked whoever joined it before) {
  start_with({a});
  pass(16s);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  say(member_add(a, snowflake{5}));
  say(guild_create(a, 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  answer(a, 5);
  CAF_CHECK(state_of(a).status == guild_status::complete);
}

CAF_TEST(S7 the filter is a predicate too) {
  values.guild_filter = [](snowflake, std::uint64_t members) {
    return members <= 100;
  };
  start_with({a, b});
  say(guild_create(a, 101));
  say(guild_create(b, 100));
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  CAF_CHECK(last_request()["guild_id"] == id_b);
  answer(b, 100);
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].guilds, 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
}

CAF_TEST(S7 small guilds come first and the pinned before them) {
  auto guild_of = [](std::uint64_t n) { return snowflake{(2000 + n) << 22}; };
  values.pinned_guilds = {guild_of(4), guild_of(1)};
  values.max_in_flight = 1;
  auto& gate = start_with({guild_of(0), guild_of(1), guild_of(2), guild_of(3),
                           guild_of(4), guild_of(5)});
  // Large to small, in one go, so that all of them wait together.
  for (std::uint64_t i = 0; i < 6; ++i)
    gate.say(guild_create(guild_of(i), 600 - 100 * i));
  sched.run();
  std::vector<std::string> asked;
  for (int i = 0; i < 6; ++i) {
    asked.push_back(last_request()["guild_id"]);
    answer_last();
  }
  texts wanted;
  // The first one was on the wire before the others were known.
  for (auto n : {0, 4, 1, 5, 3, 2})
    wanted.push_back(to_string(guild_of(n)));
  CAF_CHECK_EQUAL(asked, wanted);
}

CAF_TEST(S8 who joins or leaves between two chunks is in the books) {
  begin({a}, 1000);
  say(chunk(a, last_nonce(), 0, 2, 500));
  say(member_add(a, snowflake{90001}));
  say(member_add(a, snowflake{90002}));
  say(member_remove(a, snowflake{1}));
  // One of those who joined is in the second chunk.
  say(chunk(a, last_nonce(), 1, 2, 501));
  auto state = state_of(a);
  CAF_CHECK(state.status == guild_status::complete);
  CAF_CHECK_EQUAL(state.member_count, 1001u);
  CAF_CHECK_EQUAL(state.members_received, 1001u);
  CAF_CHECK_EQUAL(finished_requests[0].members, 1001u);
  CAF_CHECK_EQUAL(finished[0].members, 1001u);
}

CAF_TEST(S8 who joins after his chunk has passed is in the books) {
  begin({a}, 1000);
  say(chunk(a, last_nonce(), 0, 2, 500));
  say(member_add(a, snowflake{90001}));
  say(chunk(a, last_nonce(), 1, 2, 500));
  CAF_CHECK_EQUAL(finished_requests[0].members, 1000u); // as they came
  CAF_CHECK_EQUAL(state_of(a).members_received, 1001u);
  CAF_CHECK_EQUAL(state_of(a).member_count, 1001u);
  CAF_CHECK_EQUAL(finished[0].members, 1001u);
}

CAF_TEST(S4 an outage in flight and back before E2 is chunked as a joined one) {
  values.cooldown = 0s;
  begin({a, b});
  auto of_b = last_nonce();
  say(guild_delete(a, true));
  say(guild_create(a, 5));
  auto again = last_request();
  CAF_CHECK(again["guild_id"] == id_a);
  say(chunk(a, again["nonce"], 0, 1, 5));
  CAF_CHECK(state_of(a).status == guild_status::complete);
  say(chunk(b, of_b, 0, 1, 5));
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].unavailable_guild_ids.empty());
}

CAF_TEST(E6 the estimate is near when the send window is the limit) {
  auto& gate = begin(guilds_up_to(400), 30);
  std::size_t next = 0;
  while (finished.empty()) {
    if (auto asked = gate.sent(8); next < asked.size())
      answer(asked[next++], 30);
    pass(20ms);
  }
  auto end = sched.clock().now();
  std::size_t near = 0, judged = 0;
  for (std::size_t i = progress.size() / 4; i < progress.size(); ++i) {
    auto left = end - progress_at[i];
    auto& guess = progress[i].time_left;
    if (!guess || left < 1s)
      continue;
    ++judged;
    near += *guess > left / 2 && *guess < left * 2 ? 1 : 0;
  }
  CAF_CHECK(judged > 10);
  CAF_CHECK(near * 10 >= judged * 9);
}

CAF_TEST_FIXTURE_SCOPE_END()
