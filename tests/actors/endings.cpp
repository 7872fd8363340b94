#define CAF_SUITE actors_endings

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// Q3: every request ends once, whoever dies or stops.

namespace {

struct fixture : idle_fleet {
  /// Runs until an actor of this name is about to, and gives its handle.
  caf::actor catch_actor(const std::string& name) {
    while (sched.has_job()) {
      for (auto job : sched.jobs)
        if (auto x = dynamic_cast<caf::local_actor*>(job);
            x != nullptr && x->name() == name)
          return caf::actor_cast<caf::actor>(x);
      sched.run_once();
    }
    CAF_FAIL("no such actor runs");
    return {};
  }

  /// What to do with a request that waits for the shards to be known.
  std::shared_ptr<reply> ask_too_early() {
    fail_lookup(errc::rest_failed);
    start();
    auto result = ask(ask_for::whole_list(a));
    CAF_CHECK_EQUAL(result->count, 0);
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(ending_tests, fixture)

CAF_TEST(Q3 every outcome is reported once) {
  begin({a, b, c});
  auto silent = ask(ask_for::search(a, "n", 1));
  auto partial = ask(ask_for::search(b, "n", 1));
  say(chunk(b, last_nonce(), 0, 2));
  auto left = ask(ask_for::search(c, "n", 1));
  say(guild_delete(c, false));
  pass(20s);
  CAF_CHECK(silent->answer->outcome == outcome::no_response);
  CAF_CHECK_EQUAL(silent->answer->chunk_count, 0u);
  CAF_CHECK(!silent->answer->first_received_at);
  CAF_CHECK(partial->answer->outcome == outcome::incomplete);
  CAF_CHECK_EQUAL(partial->answer->missed_chunks,
                  std::vector<std::uint32_t>{1});
  CAF_CHECK(left->answer->outcome == outcome::guild_left);
  auto open = ask(ask_for::search(a, "n", 1));
  send(stop_request{});
  CAF_REQUIRE(open->answer);
  CAF_CHECK(open->answer->outcome == outcome::cancelled);
  CAF_CHECK_EQUAL(finished_requests.size(), 4u);
  for (auto& x : {silent, partial, left, open})
    CAF_CHECK_EQUAL(x->count, 1);
  CAF_CHECK_EQUAL(link().closed_with, 4000); // left resumable
}

CAF_TEST(Q3 a dead caller is no exception) {
  begin({a, b, c});
  auto asker = sys.spawn([&](caf::event_based_actor* self) {
    self->request(supervisor, caf::infinite, ask_for::whole_list(a))
        .then([](const chunk_request_finished&) {});
  });
  sched.run();
  kill(asker);
  answer(a);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
}

CAF_TEST(Q3 a fatal end answers what is open) {
  values.auto_chunk = true;
  begin({a});
  auto open = ask(ask_for::search(a, "n", 1));
  link().end(4004);
  sched.run();
  CAF_REQUIRE(open->answer);
  CAF_CHECK(open->answer->outcome == outcome::session_lost);
  CAF_CHECK_EQUAL(finished_requests.size(), 2u);
}

CAF_TEST(Q3 a killed supervisor leaves nobody without an answer) {
  begin({a, b, c});
  auto open = ask(ask_for::search(a, "n", 1));
  auto list = ask(ask_for::whole_list(b));
  auto joined = ask(ask_for::whole_list(b));
  kill(supervisor);
  for (auto& x : {open, list, joined}) {
    CAF_CHECK_EQUAL(x->count, 1);
    CAF_REQUIRE(x->answer);
    CAF_CHECK(x->answer->outcome == outcome::session_lost);
    CAF_CHECK_EQUAL(x->answer->start_id, 7u);
  }
  CAF_CHECK_EQUAL(link().closed_with, 4000); // left resumable
}

CAF_TEST(Q3 a supervisor killed before its shards are known answers) {
  auto early = ask_too_early();
  kill(supervisor);
  CAF_CHECK_EQUAL(early->count, 1);
  CAF_CHECK(code_of(early->error) == errc::not_running);
}

CAF_TEST(Q3 a supervisor stopped before its shards are known answers) {
  auto early = ask_too_early();
  send(stop_request{});
  CAF_CHECK_EQUAL(early->count, 1);
  CAF_CHECK(code_of(early->error) == errc::not_running);
}

CAF_TEST(Q3 what waits for the shards is answered when the token is refused) {
  auto early = ask_too_early();
  fail_lookup(errc::rest_unauthorized);
  auto stream = stranger();
  auto streamed = ask_streaming(ask_for::whole_list(a), stream);
  caf::error state, command;
  sys.spawn([this, &state](caf::event_based_actor* asker) {
    asker->request(supervisor, caf::infinite, guild_state_request{a})
        .then([](const guild_state&) {},
              [&state](const caf::error& e) { state = e; });
  });
  sys.spawn([this, &command](caf::event_based_actor* asker) {
    asker
        ->request(supervisor, caf::infinite,
                  gateway_command{3, "{}", snowflake{}})
        .then([] {}, [&command](const caf::error& e) { command = e; });
  });
  pass(5s);
  CAF_CHECK_EQUAL(lookups, 2);
  CAF_CHECK_EQUAL(early->count, 1);
  CAF_CHECK_EQUAL(streamed->count, 1);
  CAF_CHECK(code_of(early->error) == errc::not_running);
  CAF_CHECK(code_of(streamed->error) == errc::not_running);
  CAF_CHECK(code_of(state) == errc::not_running);
  CAF_CHECK(code_of(command) == errc::not_running);
  kill(stream);
}

CAF_TEST(Q3 a request whose actor is killed ends as cancelled) {
  begin({a, b, c});
  auto x = ask(ask_for::whole_list(a));
  auto joined = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  link().say(chunk(a, nonce, 0, 2));
  auto victim = catch_actor("muster.chunk_request");
  sched.run();
  CAF_CHECK_EQUAL(x->count, 0);
  anon_send_exit(victim, caf::exit_reason::kill);
  victim = nullptr;
  sched.run();
  for (auto& y : {x, joined}) {
    CAF_CHECK_EQUAL(y->count, 1);
    CAF_REQUIRE(y->answer);
    CAF_CHECK(y->answer->outcome == outcome::cancelled);
  }
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, nonce);
  CAF_CHECK_EQUAL(finished_requests[0].guild_id, a);
  CAF_CHECK_EQUAL(finished_requests[0].start_id, 7u);
  CAF_CHECK(finished_requests[0].outcome == outcome::cancelled);
  // Its slot is free, and what comes for it is late.
  CAF_CHECK_EQUAL(figures().in_flight, 0u);
  say(chunk(a, nonce, 1, 2));
  CAF_CHECK_EQUAL(figures().late_chunks, 1u);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
}

CAF_TEST(Q3 E2 a startup request whose actor is killed holds nothing up) {
  values.auto_chunk = true;
  begin({a}, 5000);
  link().say(chunk(a, last_nonce(), 0, 2));
  auto victim = catch_actor("muster.chunk_request");
  sched.run();
  anon_send_exit(victim, caf::exit_reason::kill);
  victim = nullptr;
  sched.run();
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(Q4 Q5 a chunk in the moment of the end is a late one) {
  begin({a, b, c});
  auto reply = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  // Both reach the shard before it can learn of the end.
  link().say(chunk(a, nonce, 0, 1, 5));
  say(chunk(a, nonce, 0, 1, 5));
  CAF_CHECK(reply->answer);
  auto x = figures();
  CAF_CHECK_EQUAL(x.late_chunks, 1u);
  CAF_CHECK_EQUAL(x.duplicates + x.malformed, 0u);
}

CAF_TEST(Q8 S4 a startup that joined asks no more for a guild that has gone) {
  values.auto_chunk = true;
  values.cooldown = 0s;
  start_with({a, b});
  auto mine = ask(ask_for::whole_list(a)); // goes out at GUILD_CREATE
  say(guild_create(a, 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  // Its time is up, and it has decided so, when the guild goes.
  sched.clock().advance_time(10s);
  auto its_turn = [&] {
    auto x = dynamic_cast<caf::local_actor*>(sched.jobs.front());
    return x != nullptr && x->name() == std::string{"muster.chunk_request"};
  };
  while (!its_turn()) // its timer
    sched.run_once();
  sched.run_once();
  while (!its_turn()) // leave to end
    sched.run_once();
  say(guild_delete(a, false));
  CAF_REQUIRE(mine->answer);
  CAF_CHECK(mine->answer->outcome == outcome::no_response);
  pass(5min);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
