#define CAF_SUITE actors_callers

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// What those who ask are told when things happen at the same time, or to the
// actors themselves.

CAF_TEST_FIXTURE_SCOPE(caller_tests, idle_fleet)

CAF_TEST(Q3 Q7 who joins in the moment of the end is answered) {
  begin({a, b});
  auto first = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  // The last chunk and the second caller reach the shard together, before it
  // can learn that the request has ended.
  auto second = post(ask_for::whole_list(a));
  sched.run_once(); // the caller: to the supervisor
  say(chunk(a, nonce, 0, 1, 5));
  CAF_REQUIRE(first->answer);
  CAF_REQUIRE(second->answer);
  CAF_CHECK(second->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(second->answer->members, 5u);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
}

CAF_TEST(Q7 ten callers at once share one opcode 8 and its whole answer) {
  begin({a, b});
  std::vector<std::shared_ptr<reply>> all;
  for (int i = 0; i < 10; ++i)
    all.push_back(post(ask_for::whole_list(a)));
  sched.run();
  CAF_CHECK_EQUAL(requests().size(), 1u);
  say(chunk(a, last_nonce(), 1, 3, 5));
  pass(6s);
  for (auto& x : all) {
    CAF_REQUIRE(x->answer);
    CAF_CHECK_EQUAL(x->count, 1);
    CAF_CHECK(x->answer->outcome == outcome::incomplete);
    CAF_CHECK(caf::deep_to_string(*x->answer)
              == caf::deep_to_string(*all[0]->answer));
  }
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
}

CAF_TEST(Q7 Q8 who joins with more attempts gets them) {
  values.cooldown = 0s;
  begin({a, b});
  auto first = ask(ask_for::whole_list(a));
  auto joins = ask(ask_for::whole_list(a).with_attempts(3));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(5min);
  CAF_CHECK_EQUAL(requests().size(), 3u);
  for (auto& x : {first, joins}) {
    CAF_REQUIRE(x->answer);
    CAF_CHECK(x->answer->outcome == outcome::no_response);
    CAF_CHECK_EQUAL(x->answer->attempts, 3u);
  }
}

CAF_TEST(Q6 Q7 who joins with longer timeouts gets them) {
  begin({a, b});
  auto first = ask(ask_for::whole_list(a));
  auto patient = ask_for::whole_list(a);
  patient.first_response_timeout = 1min;
  patient.timeout = 2min;
  auto joins = ask(patient);
  pass(59s);
  CAF_CHECK_EQUAL(first->count, 0);
  say(chunk(a, last_nonce(), 0, 2, 5));
  pass(119s);
  CAF_CHECK_EQUAL(first->count, 0);
  pass(2s);
  CAF_CHECK(first->answer->outcome == outcome::incomplete);
  CAF_CHECK_EQUAL(joins->count, 1);
}

CAF_TEST(Q6 Q7 who joins without timeouts gets those of the settings) {
  begin({a, b});
  auto hasty = ask_for::whole_list(a);
  hasty.first_response_timeout = 1s;
  auto first = ask(hasty);
  auto joins = ask(ask_for::whole_list(a));
  pass(10s - 1ns);
  CAF_CHECK_EQUAL(joins->count, 0);
  pass(1ns);
  CAF_CHECK_EQUAL(joins->count, 1);
  CAF_CHECK_EQUAL(first->count, 1);
}

CAF_TEST(Q7 a list that does not join hides no other from those who do) {
  values.cooldown = 0s;
  begin({a, b});
  auto first = ask(ask_for::whole_list(a));
  ask(ask_for::whole_list(a).with_nonce("mine"));
  say(chunk(a, "mine", 0, 1, 5)); // has come and gone
  auto joins = ask(ask_for::whole_list(a));
  CAF_CHECK_EQUAL(requests().size(), 2u);
  CAF_CHECK(state_of(a).status == guild_status::in_flight);
  say(chunk(a, requests()[0]["nonce"], 0, 1, 5));
  CAF_CHECK(first->answer);
  CAF_CHECK(joins->answer);
}

CAF_TEST(Q7 asked exactly at the end of the cooldown it goes out) {
  begin({a, b});
  ask(ask_for::whole_list(a));
  answer(a, 5); // at t: free at t + 30 s
  pass(30s - 1ns);
  auto early = ask(ask_for::whole_list(a));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(1ns);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  answer(a, 5);
  CAF_CHECK(early->answer);
  pass(30s);
  ask(ask_for::whole_list(a));
  CAF_CHECK_EQUAL(requests().size(), 3u);
}

CAF_TEST(Q7 Q8 a late chunk does not spend the attempt that was refused) {
  begin({a, b});
  auto reply = ask(ask_for::search(a, "n", 10).with_attempts(2));
  auto first = last_nonce();
  say(chunk(a, first, 0, 3));
  pass(6s); // given up
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  say(rate_limited(a, last_nonce(), 60.0));
  say(chunk(a, first, 1, 3));
  pass(30s); // long after any timeout, and still postponed
  CAF_CHECK_EQUAL(reply->count, 0);
  pass(31s);
  CAF_REQUIRE_EQUAL(requests().size(), 3u);
  answer(a);
  CAF_REQUIRE(reply->answer);
  CAF_CHECK(reply->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(reply->answer->attempts, 3u); // the refused one, too
}

CAF_TEST(Q10 a request that waits for the shards can be cancelled) {
  fail_lookup(errc::rest_failed);
  start();
  auto early = ask(ask_for::whole_list(a).with_nonce("mine"));
  caf::error refused = make_error(errc::timed_out);
  sys.spawn([&](caf::event_based_actor* self) {
    self->request(supervisor, caf::infinite, cancel_request{a, "mine"})
        .then([&] { refused = caf::none; },
              [&](const caf::error& e) { refused = e; });
  });
  pass(2s);
  CAF_CHECK(!refused);
  CAF_REQUIRE(early->answer);
  CAF_CHECK(early->answer->outcome == outcome::cancelled);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
}

CAF_TEST(Q10 Q2 what belongs to a shard that is not run here says so) {
  values.shard_count = 2;
  values.shards = {0};
  start_with({});
  snowflake elsewhere{std::uint64_t{1} << 22};
  CAF_CHECK(code_of(command(cancel_request{elsewhere, "x"}))
            == errc::wrong_shard);
  CAF_CHECK(code_of(command(cancel_request{snowflake{}, "x"}))
            == errc::invalid_guild_id);
  CAF_CHECK(code_of(error_of(ask_for::whole_list(elsewhere)))
            == errc::wrong_shard);
}

CAF_TEST(S7 a filter of foreign guilds only is a mistake) {
  values.shard_count = 2;
  values.shards = {0};
  values.only_guilds = {snowflake{std::uint64_t{1} << 22}};
  start();
  CAF_CHECK(connections.empty());
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::none);
  CAF_CHECK(disconnects[0].reason.find("filter") != std::string::npos);
}

CAF_TEST(S7 a filter that several processes share names foreign guilds too) {
  values.shard_count = 2;
  values.shards = {0};
  values.pinned_guilds = {snowflake{std::uint64_t{1} << 22}};
  values.only_guilds = {snowflake{std::uint64_t{1} << 22},
                        snowflake{std::uint64_t{2} << 22}};
  start();
  CAF_CHECK_EQUAL(connections.size(), 1u);
  CAF_CHECK(disconnects.empty());
}

CAF_TEST(Q11 a command for all shards waits until there are some) {
  fail_lookup(errc::rest_failed);
  start();
  caf::error refused = make_error(errc::timed_out);
  sys.spawn([&](caf::event_based_actor* self) {
    self->request(supervisor, caf::infinite,
                  gateway_command{3, R"({"status":"idle"})", {}})
        .then([&] { refused = caf::none; },
              [&](const caf::error& e) { refused = e; });
  });
  pass(2s);
  CAF_CHECK(!refused);
  greet({});
  CAF_CHECK_EQUAL(link().sent(3).size(), 1u);
  send(stop_request{});
}

CAF_TEST(Q12 B1 reading stops for a receiver of members that is behind) {
  values.listener_bound = 2000;
  begin({a, b});
  caf::scoped_actor slow{sys};
  auto reply = ask_streaming(ask_for::whole_list(a), caf::actor{slow.ptr()});
  auto nonce = last_nonce();
  auto one = chunk(a, nonce, 0, 10, 3).size();
  for (int i = 0; i < 10; ++i)
    say(chunk(a, nonce, i, 10, 3));
  CAF_CHECK_EQUAL(figures().reading_pauses, 1u);
  CAF_CHECK(figures().listener_bytes <= 2000 + one);
  pass(1min); // its clock stands still
  CAF_CHECK_EQUAL(reply->count, 0);
  CAF_CHECK_EQUAL(drain(slow), 10);
  CAF_REQUIRE(reply->answer);
  CAF_CHECK(reply->answer->outcome == outcome::complete);
}

CAF_TEST(B1 a lost connection is not taken up again for one who is behind) {
  values.listener_bound = 2000;
  begin({a, b});
  caf::scoped_actor slow{sys};
  auto reply = ask_streaming(ask_for::whole_list(a), caf::actor{slow.ptr()});
  auto nonce = last_nonce();
  for (int i = 0; i < 10; ++i)
    say(chunk(a, nonce, i, 10, 3));
  link().end(0);
  pass(10min);
  CAF_CHECK_EQUAL(connections.size(), 1u);
  CAF_CHECK_EQUAL(disconnects.size(), 1u);
  drain(slow);
  pass(1s);
  CAF_CHECK_EQUAL(connections.size(), 2u);
  reconnect();
  CAF_CHECK_EQUAL(link().sent(6).size(), 1u); // resumes, nothing is lost
}

CAF_TEST(E1 the requests of a shard that has ended are told before the stop) {
  begin({a, b});
  auto reply = ask(ask_for::search(a, "n", 1));
  // Disallowed intents: the shard ends, and the bot stops on hearing it.
  link().end(4014);
  send(stop_request{});
  CAF_CHECK_EQUAL(reply->count, 1);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
}

CAF_TEST(a shard that has ended keeps its figures) {
  begin({a, b});
  auto before = figures();
  link().end(4014);
  sched.run();
  auto after = figures();
  CAF_CHECK_EQUAL(after.identifies, 1u);
  CAF_CHECK_EQUAL(after.sends, before.sends);
  CAF_CHECK_EQUAL(after.frames, before.frames);
  CAF_CHECK_EQUAL(after.connected, 0u);
}

CAF_TEST(E7 an event is passed on whatever its data are) {
  begin({a, b});
  subscribe_request wish;
  wish.dispatches = {"ODD"};
  auto odd = listener(wish);
  std::vector<std::string> got;
  for (auto data : {R"([1,"]"])", "null", "17", R"("te\"xt")", "{}"}) {
    say(test::dispatch("ODD", 9, data));
    if ((*odd)->has_next_message())
      (*odd)->receive([&](const muster::dispatch& x) {
        got.emplace_back(x.payload.view());
      });
    CAF_CHECK(!got.empty() && got.back() == data);
  }
  CAF_CHECK_EQUAL(figures().malformed, 0u);
}

CAF_TEST(E4 a listener that asks for more is not told anew what it had) {
  start_with({});
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  subscribe_request wish;
  wish.listener = recorder;
  wish.events = event_bit::finished_chunking;
  send(wish);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  wish.events |= event_bit::shard_finished_chunking;
  send(wish);
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
