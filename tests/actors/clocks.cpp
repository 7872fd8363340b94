#define CAF_SUITE actors_clocks

#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
using ask_for = guild_members_request;

// When muster stops waiting, and while what its clocks stand still.

namespace {

struct fixture : fleet {
  fixture() { values.auto_chunk = false; }

  void begin() {
    start();
    gate = &greet({a, b});
    for (auto id : {a, b})
      gate->say(guild_create(id, 5));
    sched.run();
  }

  /// A startup with two guilds, of which only the first one is created.
  void begin_startup() {
    values.auto_chunk = true;
    start();
    gate = &greet({a, b});
    gate->say(guild_create(a, 5));
    sched.run();
  }

  void say(const std::string& text) {
    link().say(text);
    sched.run();
  }

  /// Lets time pass without running any actor, so that what has been said
  /// meets timers that are due.
  void oversleep(caf::timespan d) { sched.clock().advance_time(d); }

  /// A listener for members that looks into its mailbox in drain() only.
  void add_stuck(std::uint64_t bound) {
    subscribe_request wish;
    wish.listener = caf::actor{stuck.ptr()};
    wish.events = event_bit::guild_members_chunk;
    wish.bound = bound;
    wish.on_overflow = overflow::stop_reading;
    anon_send(supervisor, wish);
    sched.run();
  }

  void drain() {
    while (stuck->has_next_message()) {
      stuck->receive([](const guild_members_chunk&) {});
      sched.run();
    }
  }

  snowflake a{std::uint64_t{1001} << 22}, b{std::uint64_t{1002} << 22};
  scripted_connection* gate = nullptr;
  caf::scoped_actor stuck{sys};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(clock_tests, fixture)

CAF_TEST(Q6 a gap of the timeout ends a request within 50 ms) {
  begin();
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
  begin();
  gate->confirm_writes = false;
  auto x = ask(ask_for::whole_list(a));
  pass(30s);
  CAF_CHECK_EQUAL(x->count, 0);
  gate->confirm();
  pass(9900ms);
  CAF_CHECK_EQUAL(x->count, 0);
  pass(200ms);
  CAF_CHECK(x->answer);
}

CAF_TEST(Q6 a first chunk may overtake the news of the write) {
  begin();
  gate->confirm_writes = false;
  auto x = ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, 2));
  gate->confirm();
  sched.run();
  say(chunk(a, last_nonce(), 1, 2));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(x->answer->attempts, 1u);
}

CAF_TEST(Q6 chunks of others keep a request waiting up to ten times) {
  begin();
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
  std::vector<snowflake> ids;
  values.auto_chunk = true;
  start();
  for (std::uint32_t i = 1; i <= 20; ++i)
    ids.push_back(guild(i));
  gate = &greet(ids);
  for (auto id : ids)
    gate->say(guild_create(id, 5));
  sched.run();
  CAF_CHECK_EQUAL(requests().size(), 8u);
  say(chunk(ids[0], requests()[0]["nonce"], 0, 1));
  CAF_CHECK_EQUAL(requests().size(), 9u);
}

CAF_TEST(Q6 clocks stand still while disconnected) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  pass(6s);
  gate->end(0);
  pass(1h);
  CAF_CHECK_EQUAL(x->count, 0);
  reconnect().say(resumed(9));
  pass(9s); // restarted (S6)
  CAF_CHECK_EQUAL(x->count, 0);
  say(chunk(a, last_nonce(), 0, 1));
  CAF_CHECK(x->answer);
}

CAF_TEST(Q6 chunks of others prolong a gap up to ten times) {
  begin();
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
  begin();
  auto x = ask(ask_for::whole_list(a));
  pass(9990ms);
  CAF_CHECK_EQUAL(x->count, 0);
  pass(60ms);
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::no_response);
}

CAF_TEST(Q6 a first response that had arrived before the verdict counts) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  pass(9s);
  gate->say(chunk(a, last_nonce(), 0, 1));
  oversleep(1min);
  sched.run();
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
}

CAF_TEST(Q6 a last chunk that had arrived before the verdict counts) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, 2));
  pass(4s);
  gate->say(chunk(a, last_nonce(), 1, 2));
  oversleep(1min);
  sched.run();
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
}

CAF_TEST(Q6 S4 a GUILD_CREATE that had arrived before the verdict counts) {
  begin_startup();
  pass(14s);
  gate->say(guild_create(b, 5));
  oversleep(1min);
  sched.run();
  CAF_CHECK(state_of(b).status == guild_status::in_flight);
}

CAF_TEST(Q6 S4 the wait for GUILD_CREATE stands still while disconnected) {
  begin_startup();
  say(chunk(a, last_nonce(), 0, 1));
  pass(10s);
  gate->end(0);
  pass(1h);
  CAF_CHECK(finished_shards.empty());
  reconnect().say(resumed(9));
  pass(4900ms);
  CAF_CHECK(finished_shards.empty());
  pass(10200ms); // at the latest, if RESUMED restarted this clock, too
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids,
                  std::vector<snowflake>{b});
}

CAF_TEST(Q6 S4 the wait for GUILD_CREATE stands still while nothing is read) {
  begin_startup();
  add_stuck(100);
  say(chunk(a, last_nonce(), 0, 1));
  CAF_CHECK_EQUAL(figures().reading_pauses, 1u);
  pass(1h);
  CAF_CHECK(finished_shards.empty());
  gate->say(guild_create(b, 5)); // in the mailbox, and not read
  pass(1h);
  CAF_CHECK(finished_shards.empty());
  drain();
  CAF_CHECK(state_of(b).status == guild_status::in_flight);
  say(chunk(b, last_nonce(), 0, 1));
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  drain();
}

CAF_TEST(Q6 the wait for GUILD_CREATE goes on after a pause in reading) {
  begin_startup();
  add_stuck(100);
  pass(10s);
  say(chunk(a, last_nonce(), 0, 1));
  pass(1h);
  drain();
  pass(4900ms);
  CAF_CHECK(finished_shards.empty());
  pass(200ms);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids,
                  std::vector<snowflake>{b});
}

CAF_TEST(Q6 timeouts of requests stand still while nothing is read) {
  begin();
  add_stuck(100);
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
  begin();
  add_stuck(100);
  ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, 2));
  CAF_CHECK_EQUAL(figures().reading_pauses, 1u);
  pass(10min);
  CAF_CHECK_EQUAL(figures().reading_pauses, 1u); // and never went on
  auto beats = gate->times_of(1);
  beats.push_back(sched.clock().now());
  CAF_REQUIRE(beats.size() > 10);
  for (std::size_t i = 1; i < beats.size(); ++i)
    CAF_CHECK(beats[i] - beats[i - 1] <= 41'250ms + 50ms);
  CAF_CHECK(!gate->ended());
  drain();
}

CAF_TEST(Q6 after a standstill what has arrived meanwhile is read first) {
  begin();
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
  begin();
  auto reply = ask(ask_for::whole_list(a));
  sched.clock().advance_time(1min);
  sched.run();
  CAF_CHECK_EQUAL(reply->count, 0);
  pass(1s);
  CAF_REQUIRE(reply->answer);
  CAF_CHECK(reply->answer->outcome == outcome::no_response);
}

CAF_TEST_FIXTURE_SCOPE_END()
