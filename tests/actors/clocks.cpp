#define CAF_SUITE actors_clocks

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// When muster stops waiting, and while what its clocks stand still.

namespace {

struct fixture : idle_fleet {
  /// A startup with two guilds, of which only the first one is created.
  void begin_startup() {
    values.auto_chunk = true;
    start_with({a, b});
    say(guild_create(a, 5));
  }

  /// Lets time pass without running any actor, so that what has been said
  /// meets timers that are due.
  void oversleep(caf::timespan d) { sched.clock().advance_time(d); }

  /// A listener for members that looks into its mailbox in drain() only.
  void add_stuck() {
    stuck = listener(for_members(100, overflow::stop_reading));
  }

  void drain() { fleet::drain(*stuck); }

  std::unique_ptr<caf::scoped_actor> stuck;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(clock_tests, fixture)

CAF_TEST(Q6 a gap of the timeout ends a request within 50 ms) {
  begin({a, b});
  auto x = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  pass(9900ms);
  CAF_CHECK_EQUAL(x->count, 0);
  say(chunk(a, nonce, 0, 3));
  pass(4900ms);
  say(chunk(a, nonce, 1, 3));
  pass(4990ms);
  CAF_CHECK_EQUAL(x->count, 0);
  pass(50ms);
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::incomplete);
}

CAF_TEST(Q6 the clock starts with the write and not in the queue) {
  begin({a, b});
  link().confirm_writes = false;
  auto x = ask(ask_for::whole_list(a));
  pass(30s);
  CAF_CHECK_EQUAL(x->count, 0);
  link().confirm();
  pass(9900ms);
  CAF_CHECK_EQUAL(x->count, 0);
  pass(200ms);
  CAF_CHECK(x->answer);
}

CAF_TEST(Q6 a first chunk may overtake the news of the write) {
  begin({a, b});
  link().confirm_writes = false;
  auto x = ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, 2));
  link().confirm();
  sched.run();
  say(chunk(a, last_nonce(), 1, 2));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(x->answer->attempts, 1u);
}

CAF_TEST(Q6 chunks of others keep a request waiting up to ten times) {
  begin({a, b});
  auto x = ask(ask_for::whole_list(a));
  for (int i = 0; i < 19; ++i) {
    pass(5s);
    say(chunk(b, "others", i, 100));
  }
  pass(4s); // 99 s
  CAF_CHECK_EQUAL(x->count, 0);
  pass(2s);
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::no_response);
}

CAF_TEST(Q6 at most eight whole lists are on the wire) {
  values.auto_chunk = true;
  auto ids = guilds_up_to(20);
  begin(ids);
  CAF_CHECK_EQUAL(requests().size(), 8u);
  say(chunk(ids[0], requests()[0]["nonce"], 0, 1));
  CAF_CHECK_EQUAL(requests().size(), 9u);
}

CAF_TEST(Q6 clocks stand still while disconnected) {
  begin({a, b});
  auto x = ask(ask_for::whole_list(a));
  pass(6s);
  link().end(0);
  pass(1h);
  CAF_CHECK_EQUAL(x->count, 0);
  resume();
  pass(9s); // restarted (S6)
  CAF_CHECK_EQUAL(x->count, 0);
  answer(a);
  CAF_CHECK(x->answer);
}

CAF_TEST(Q6 chunks of others prolong a gap up to ten times) {
  begin({a, b});
  auto x = ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, 2));
  for (int i = 0; i < 12; ++i) {
    pass(4s);
    say(chunk(b, "others", i, 100));
  }
  pass(1900ms); // 49.9 s after its chunk
  CAF_CHECK_EQUAL(x->count, 0);
  pass(150ms);
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::incomplete);
}

CAF_TEST(Q6 without a chunk of others a first response takes ten seconds) {
  begin({a, b});
  auto x = ask(ask_for::whole_list(a));
  pass(9990ms);
  CAF_CHECK_EQUAL(x->count, 0);
  pass(60ms);
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::no_response);
}

CAF_TEST(Q6 a first response that had arrived before the verdict counts) {
  begin({a, b});
  auto x = ask(ask_for::whole_list(a));
  pass(9s);
  link().say(chunk(a, last_nonce(), 0, 1));
  oversleep(1min);
  sched.run();
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
}

CAF_TEST(Q6 a last chunk that had arrived before the verdict counts) {
  begin({a, b});
  auto x = ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, 2));
  pass(4s);
  link().say(chunk(a, last_nonce(), 1, 2));
  oversleep(1min);
  sched.run();
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
}

CAF_TEST(Q6 S4 a GUILD_CREATE that had arrived before the verdict counts) {
  begin_startup();
  pass(14s);
  link().say(guild_create(b, 5));
  oversleep(1min);
  sched.run();
  CAF_CHECK(state_of(b).status == guild_status::in_flight);
}

CAF_TEST(Q6 S4 the wait for GUILD_CREATE stands still while disconnected) {
  begin_startup();
  answer(a);
  pass(10s);
  link().end(0);
  pass(1h);
  CAF_CHECK(finished_shards.empty());
  resume();
  pass(4900ms);
  CAF_CHECK(finished_shards.empty());
  pass(10200ms); // at the latest, if RESUMED restarted this clock, too
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{b});
}

CAF_TEST(Q6 S4 the wait for GUILD_CREATE stands still while nothing is read) {
  begin_startup();
  add_stuck();
  answer(a);
  CAF_CHECK_EQUAL(figures().reading_pauses, 1u);
  pass(1h);
  CAF_CHECK(finished_shards.empty());
  link().say(guild_create(b, 5)); // in the mailbox, and not read
  pass(1h);
  CAF_CHECK(finished_shards.empty());
  drain();
  CAF_CHECK(state_of(b).status == guild_status::in_flight);
  answer(b);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  drain();
}

CAF_TEST(Q6 the wait for GUILD_CREATE goes on after a pause in reading) {
  begin_startup();
  add_stuck();
  pass(10s);
  answer(a);
  pass(1h);
  drain();
  pass(4900ms);
  CAF_CHECK(finished_shards.empty());
  pass(200ms);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{b});
}

CAF_TEST(Q6 timeouts of requests stand still while nothing is read) {
  begin({a, b});
  add_stuck();
  auto waits = ask(ask_for::whole_list(a));
  auto list = ask(ask_for::whole_list(b));
  pass(6s);
  say(chunk(b, last_nonce(), 0, 2));
  CAF_CHECK_EQUAL(figures().reading_pauses, 1u);
  pass(1h);
  CAF_CHECK_EQUAL(waits->count, 0);
  CAF_CHECK_EQUAL(list->count, 0);
  drain();
  pass(4900ms);
  CAF_CHECK_EQUAL(list->count, 0);
  pass(150ms);
  CAF_REQUIRE(list->answer);
  CAF_CHECK(list->answer->outcome == outcome::incomplete);
  pass(5s);
  CAF_REQUIRE(waits->answer);
  CAF_CHECK(waits->answer->outcome == outcome::no_response);
}

CAF_TEST(B1 Q6 heartbeats are on time while a listener is stuck) {
  begin({a, b});
  add_stuck();
  ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, 2));
  CAF_CHECK_EQUAL(figures().reading_pauses, 1u);
  pass(10min);
  CAF_CHECK_EQUAL(figures().reading_pauses, 1u); // and never went on
  auto beats = link().times_of(1);
  beats.push_back(sched.clock().now());
  CAF_REQUIRE(beats.size() > 10);
  for (std::size_t i = 1; i < beats.size(); ++i)
    CAF_CHECK(beats[i] - beats[i - 1] <= 41'250ms + 50ms);
  CAF_CHECK(!link().ended());
  drain();
}

CAF_TEST(Q6 after a standstill what has arrived meanwhile is read first) {
  begin({a, b});
  auto reply = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  // The process is stopped for a minute. The answer is in the socket, but the
  // timer wins the race.
  sched.clock().advance_time(1min);
  sched.run();
  CAF_CHECK_EQUAL(reply->count, 0);
  say(chunk(a, nonce, 0, 1, 5));
  CAF_REQUIRE(reply->answer);
  CAF_CHECK(reply->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(reply->answer->attempts, 1u);
}

CAF_TEST(Q6 a standstill prolongs a silence by little and once) {
  begin({a, b});
  auto reply = ask(ask_for::whole_list(a));
  sched.clock().advance_time(1min);
  sched.run();
  CAF_CHECK_EQUAL(reply->count, 0);
  pass(1s);
  CAF_REQUIRE(reply->answer);
  CAF_CHECK(reply->answer->outcome == outcome::no_response);
}

CAF_TEST_FIXTURE_SCOPE_END()
