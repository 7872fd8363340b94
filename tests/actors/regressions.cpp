#define CAF_SUITE actors_regressions

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(regression_tests, fleet)

CAF_TEST(E6 a request that ends before READY leaves no timer due) {
  start();
  auto early = ask(ask_for::whole_list(a).with_nonce("mine"));
  CAF_CHECK(!command(cancel_request{a, "mine"}));
  CAF_REQUIRE(early->answer);
  // A shard that span would never let this minute pass.
  auto& clock = sched.clock();
  int timers = 0;
  for (auto until = clock.current_time + 1min;
       timers < 1000 && clock.has_pending_timeout()
       && clock.schedule().begin()->first <= until;
       ++timers) {
    clock.advance_time(
        std::max(clock.schedule().begin()->first - clock.current_time,
                 caf::timespan{0}));
    sched.run();
  }
  CAF_CHECK(timers < 1000);
}

CAF_TEST(Q3 S4 a request for a guild that never comes goes out all the same) {
  values.auto_chunk = false;
  start_with({a});
  auto held = ask(ask_for::whole_list(a));
  CAF_CHECK(requests().empty());
  pass(16s);
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  answer(a);
  CAF_REQUIRE(held->answer);
  CAF_CHECK(held->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(order.back(), "E3");
  CAF_CHECK_EQUAL(finished_shards.size(), 1u); // S3: the bot has asked
}

CAF_TEST(S3 a request for a guild still to come settles it) {
  values.auto_chunk = false;
  start_with({a});
  auto held = ask(ask_for::whole_list(a));
  say(guild_create(a, 5));
  pass(1min);
  CAF_REQUIRE(held->answer);
  CAF_CHECK(held->answer->outcome == outcome::no_response);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{a});
}

CAF_TEST(Q7 the first chunk counts even when its attempt was given up) {
  begin({a});
  auto first = last_nonce();
  pass(20s); // past first_response_timeout
  say(chunk(a, first, 0, 2));
  pass(29s);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(2s);
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST(Q7 the first chunk counts even when its request has ended) {
  values.auto_chunk = false;
  begin({a});
  ask(ask_for::whole_list(a));
  auto first = last_nonce();
  pass(20s);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  say(chunk(a, first, 0, 2));
  ask(ask_for::whole_list(a));
  pass(29s);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(2s);
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST(Q7 a write counts even when its request has ended before it) {
  values.auto_chunk = false;
  auto& gate = begin({a});
  gate.confirm_writes = false;
  ask(ask_for::whole_list(a).with_nonce("mine"));
  CAF_CHECK(!command(cancel_request{a, "mine"}));
  pass(5s);
  gate.confirm();
  sched.run();
  ask(ask_for::whole_list(a));
  pass(30s);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(2s);
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST(Q7 a refusal without nonce means the last list of the guild) {
  values.auto_chunk = false;
  values.first_response_timeout = 60s;
  begin({a});
  ask(ask_for::whole_list(a).with_nonce("one"));
  pass(32s);
  ask(ask_for::whole_list(a).with_nonce("two"));
  CAF_CHECK_EQUAL(last_nonce(), "two");
  say(rate_limited(a, "", 2.0));
  pass(3s);
  CAF_REQUIRE_EQUAL(requests().size(), 3u);
  CAF_CHECK_EQUAL(last_nonce(), "two");
}

CAF_TEST(Q3 chunking switched on while stopping asks for nothing) {
  values.auto_chunk = false;
  begin({a});
  link().close_at_once = false;
  auto pending = self->request(supervisor, caf::infinite, stop_request{});
  sched.run();
  send(auto_chunk_request{true, false});
  link().end(0);
  sched.run();
  auto stops = 0;
  pending.receive([&](const stopped&) { ++stops; },
                  [](const caf::error& e) { CAF_FAIL(to_string(e)); });
  CAF_CHECK_EQUAL(stops, 1);
}

CAF_TEST(S5 an attempt whose chunk came before the news of its write has left) {
  values.max_attempts = 1;
  start_with({a}).confirm_writes = false;
  say(guild_create(a, 5));
  auto first = last_nonce();
  say(chunk(a, first, 0, 2));
  lose_session({a});
  say(guild_create(a, 5));
  pass(25s);
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK(last_nonce() != first);
  say(chunk(a, last_nonce(), 1, 2)); // the other half of nothing
  CAF_CHECK(finished_requests.empty());
}

CAF_TEST(S6 an attempt whose chunk came before the news of its write goes on) {
  values.max_attempts = 1;
  start_with({a}).confirm_writes = false;
  say(guild_create(a, 5));
  auto first = last_nonce();
  say(chunk(a, first, 0, 2));
  link().end(0);
  resume();
  CAF_CHECK_EQUAL(requests().size(), 1u);
  say(chunk(a, first, 1, 2));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
}

CAF_TEST(S6 an attempt that had left when its connection was lost goes on) {
  values.max_in_flight = 1;
  start_with({a, b}).confirm_writes = false;
  say(guild_create(b, 5));
  auto nonce = last_nonce();
  link().end(0);
  sched.run();
  // A user's request, which is first after the resume.
  ask(ask_for::whole_list(b).with_nonce("mine"));
  resume();
  CAF_REQUIRE_EQUAL(last_nonce(), "mine");
  say(chunk(b, nonce, 0, 1, 5));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, nonce);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 1u);
  say(chunk(b, "mine", 0, 1, 5));
  pass(1min);
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST(S5 chunks of the old session do not count for a request that waits) {
  begin({a});
  auto first = last_nonce();
  pass(12s); // given up; the next attempt waits for the cooldown
  lose_session({a});
  say(chunk(a, first, 0, 1));
  CAF_CHECK(finished_requests.empty());
}

CAF_TEST(E2 calls no guild missed whose last E1 is complete) {
  values.max_attempts = 1;
  values.cooldown = 0s;
  start_with({a, b});
  say(guild_create(a, 5));
  pass(11s); // its request ends as no_response
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  ask(ask_for::whole_list(a));
  answer(a, 5);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 2u);
  CAF_CHECK(finished_requests[1].outcome == outcome::complete);
  say(guild_create(b, 5));
  answer(b, 5);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids.size(), 0u);
}

CAF_TEST(Q10 Q12 who has cancelled is streamed nothing more) {
  start_with({a});
  std::vector<guild_members_chunk> stream;
  auto receiver = sys.spawn([&](caf::event_based_actor*) {
    return caf::behavior{
        [&](const guild_members_chunk& x) { stream.push_back(x); }};
  });
  auto request = ask_for::whole_list(a);
  auto reply = ask_streaming(request, receiver);
  say(guild_create(a, 5)); // the startup joins
  command(cancel_request{a, request.nonce});
  CAF_REQUIRE(reply->answer);
  CAF_CHECK(reply->answer->outcome == outcome::cancelled);
  answer(a, 5);
  CAF_CHECK_EQUAL(stream.size(), 0u);
  kill(receiver);
}

CAF_TEST(Q7 S6 a RESUMED out of place sends nothing twice) {
  values.auto_chunk = false;
  begin({a});
  link().confirm_writes = false;
  ask(ask_for::whole_list(a));
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  say(resumed(9));
  CAF_CHECK_EQUAL(requests().size(), 1u);
}

CAF_TEST(Q5 E5 no chunk with an impossible count reaches a listener) {
  values.auto_chunk = false;
  begin({a});
  record(event_bit::guild_members_chunk);
  ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, std::int64_t{1} << 40, 5));
  for (auto& x : chunks)
    CAF_CHECK_NOT_EQUAL(x.chunk_count, 0u);
}

CAF_TEST(two heartbeats of the same latency are two samples) {
  values.auto_chunk = false;
  start_with({a}); // ACKs come at once
  link().acknowledge = false;
  for (int i = 0; i < 3; ++i) {
    auto beats = link().sent(1).size();
    while (link().sent(1).size() == beats)
      pass(100ms);
    auto at = link().times_of(1).back();
    pass(at + 200ms - sched.clock().now());
    say(heartbeat_ack());
  }
  auto x = figures();
  CAF_CHECK_EQUAL(x.heartbeat.samples, 3u);
}

CAF_TEST(E2 a READY that was kept does not overtake the startup before) {
  values.auto_chunk = false;
  managed = true;
  start();
  link().opened();
  say(ready({a, b}));
  create({a, b});
  ask(ask_for::whole_list(a).with_nonce("A"));
  ask(ask_for::whole_list(b).with_nonce("B"));
  auto stuck = listener(for_members(1, overflow::stop_reading));
  say(chunk(a, "A", 0, 1, 5));
  say(ready({a, b}, "another"));
  caf::anon_send(supervisor, cancel_request{b, "B"});
  for (int i = 0; i < 3; ++i)
    sched.run_once(); // until the end of B waits in the shard's mailbox
  drain(*stuck);      // so does the news that reading may go on, behind it
  CAF_CHECK_EQUAL(readies.size(), 2u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
