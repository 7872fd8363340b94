#define CAF_SUITE actors_handovers

#include "tests/support/line_of_processes.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

struct fixture : line_of_processes {
  /// Asks for a guild's members by user ids, which nothing paces.
  std::shared_ptr<reply> search(snowflake guild) {
    return ask(ask_for::search(guild, "x", 5));
  }

  /// Op 8s of the last connection that ask for this guild.
  std::size_t asked_for(snowflake guild) {
    std::size_t result = 0;
    for (auto& x : connections.back()->sent(8))
      result += guild_asked(x) == guild ? 1 : 0;
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(handover_tests, fixture)

// -- a stop (C4) --------------------------------------------------------------

CAF_TEST(C4 what is on the wire at a stop may end) {
  begin({a});
  answer_all();
  auto asked = search(a);
  anon_send(supervisor, stop_request{});
  sched.run();
  CAF_CHECK_EQUAL(asked->count, 0);
  CAF_CHECK(!link().ended());
  answer_last(3);
  CAF_REQUIRE(asked->answer);
  CAF_CHECK(asked->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(asked->answer->members, 3u);
  CAF_CHECK(link().ended()); // and nothing is waited for
}

CAF_TEST(C4 a stop waits 5 s for an answer and no longer) {
  begin({a});
  answer_all();
  auto asked = search(a);
  anon_send(supervisor, stop_request{});
  pass(4900ms);
  CAF_CHECK_EQUAL(asked->count, 0);
  pass(200ms);
  CAF_REQUIRE(asked->answer);
  CAF_CHECK(asked->answer->outcome == outcome::cancelled);
  CAF_CHECK(link().ended());
}

CAF_TEST(C4 what is not on the wire goes out no more) {
  start_with(guilds_up_to(12));
  create(guilds_up_to(12));
  auto on_wire = link().sent(8).size();
  CAF_REQUIRE(on_wire < 12);
  auto queued = post(ask_for::whole_list(guild(12)));
  anon_send(supervisor, stop_request{});
  sched.run();
  answer_all();
  CAF_CHECK_EQUAL(link().sent(8).size(), on_wire);
  CAF_CHECK(link().ended());
  CAF_CHECK_EQUAL(queued->count, 1);
  auto before = connections.size();
  start();
  CAF_REQUIRE_EQUAL(connections.size(), before + 1);
  greet_again();
  say(resumed(43));
  answer_all();
  pass(1min);
  answer_all();
  // Each guild once over both.
  std::map<snowflake, int> asked;
  for (auto& x : requests())
    ++asked[guild_asked(x)];
  CAF_CHECK_EQUAL(asked.size(), 12u);
  for (auto& [id, times] : asked)
    CAF_CHECK_EQUAL(times, 1);
  CAF_REQUIRE(!finished_shards.empty());
  CAF_CHECK(finished_shards.back().missed_guild_ids.empty());
}

CAF_TEST(C4 Q7 a list that the bot and the startup share goes on) {
  start_with({a, b});
  create({a, b});
  auto shared = post(ask_for::whole_list(b));
  auto other = search(a);
  sched.run();
  link().end(0); // what is on the wire is taken back
  pass(100ms);
  auto& x = resume();
  anon_send(supervisor, stop_request{});
  pass(6s);
  CAF_CHECK_EQUAL(shared->count, 1);
  CAF_CHECK_EQUAL(other->count, 1);
  CAF_CHECK(x.ended());
  start();
  greet_again();
  say(resumed(43));
  pass(31s);
  answer_all();
  CAF_CHECK(state_of(b).status == guild_status::complete);
  CAF_REQUIRE(!finished_shards.empty());
  CAF_CHECK(finished_shards.back().missed_guild_ids.empty());
}

CAF_TEST(C4 a new request at a stop is refused) {
  begin({a});
  answer_all();
  auto first = search(a);
  anon_send(supervisor, stop_request{});
  sched.run();
  auto second = post(ask_for::search(a, "y", 5));
  sched.run();
  CAF_CHECK_EQUAL(second->count, 1);
  CAF_CHECK(second->error);
  answer_last();
  CAF_CHECK(first->answer);
}

CAF_TEST(C4 a connection that is lost at a stop is not waited for) {
  begin({a});
  answer_all();
  auto asked = search(a);
  anon_send(supervisor, stop_request{});
  sched.run();
  link().end(0);
  sched.run();
  CAF_CHECK_EQUAL(asked->count, 1);
  auto before = connections.size();
  pass(10s);
  CAF_CHECK_EQUAL(connections.size(), before);
}

// -- whose members have come (C10) --------------------------------------------

CAF_TEST(C10 who keeps goes on with the books) {
  values.takeover = takeover_policy::keep;
  begin({a, b});
  answer_all();
  CAF_CHECK(state_of(a).members_here);
  resume_after_restart();
  CAF_CHECK_EQUAL(asked_for(a), 0u);
  auto state = state_of(a);
  CAF_CHECK(state.status == guild_status::complete);
  CAF_CHECK(!state.members_here);
  CAF_CHECK_EQUAL(finished_shards.size(), 2u); // told late, by the store
}

CAF_TEST(C10 who rechunks asks again without an identify) {
  values.takeover = takeover_policy::rechunk;
  begin({a, b});
  answer_all();
  auto e2 = finished_shards.size();
  resume_after_restart();
  e2 = finished_shards.size(); // the late one
  CAF_CHECK_EQUAL(finished.size(), 2u);
  CAF_CHECK(!state_of(a).members_here);
  pass(31s); // Q7
  answer_all(4);
  CAF_CHECK_EQUAL(asked_for(a), 1u);
  CAF_CHECK_EQUAL(asked_for(b), 1u);
  CAF_CHECK(state_of(a).members_here);
  CAF_CHECK_EQUAL(state_of(a).members_received, 4u);
  CAF_CHECK_EQUAL(finished_shards.size(), e2 + 1);
  CAF_CHECK(finished_shards.back().missed_guild_ids.empty());
  CAF_CHECK_EQUAL(finished.size(), 2u);
  CAF_CHECK_EQUAL(identifies(), 1u);
}

CAF_TEST(C10 E3 does not wait for who rechunks) {
  values.takeover = takeover_policy::rechunk;
  begin({a, b});
  answer_all();
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  auto guilds = finished[0].guilds;
  crash();
  pass(4min); // it is another start by then
  restart();
  greet_again();
  say(resumed(43));
  CAF_CHECK(finished.size() >= 2);
  CAF_CHECK_EQUAL(finished.back().guilds, guilds);
}

CAF_TEST(C10 who has listeners for members rechunks unless told otherwise) {
  begin({a});
  answer_all();
  resume_after_restart();
  pass(31s);
  CAF_CHECK_EQUAL(asked_for(a), 0u);
  recorded = ~0u;
  resume_after_restart();
  pass(5s);
  CAF_CHECK_EQUAL(asked_for(a), 1u);
  answer_all();
  values.takeover = takeover_policy::keep;
  resume_after_restart();
  pass(31s);
  CAF_CHECK_EQUAL(asked_for(a), 0u);
}

CAF_TEST(C10 who does not chunk does not rechunk) {
  values.takeover = takeover_policy::rechunk;
  begin({a, b});
  answer_all();
  values.auto_chunk = false;
  resume_after_restart();
  pass(1min);
  CAF_CHECK_EQUAL(asked_for(a), 0u);
}

CAF_TEST(C10 a startup that is under way is begun anew by who rechunks) {
  values.takeover = takeover_policy::rechunk;
  start_with({a, b});
  create({a});
  answer_last();
  crash();
  greet_again();
  say(resumed(43));
  create({b});
  pass(31s);
  answer_all();
  CAF_CHECK(state_of(a).members_here);
  CAF_CHECK(state_of(b).members_here);
  CAF_REQUIRE(!finished_shards.empty());
  CAF_CHECK(finished_shards.back().missed_guild_ids.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
