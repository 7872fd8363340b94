#define CAF_SUITE actors_survival

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "actors/listener.hpp"
#include "messages/errc.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

struct fixture : fleet {
  void listen(caf::actor listener, std::uint32_t events = 0xFFFF) {
    subscribe_request wish;
    wish.listener = std::move(listener);
    wish.events = events;
    wish.dispatches = {"GUILD_CREATE"};
    send(wish);
  }

  /// Runs a startup, and asks for what shows that all still work.
  void everything_works() {
    start();
    pass(10s);
    greet({a});
    say(guild_create(a, 5));
    answer(a);
    CAF_CHECK_EQUAL(finished_requests.size(), 1u);
    CAF_CHECK_EQUAL(finished_shards.size(), 1u);
    CAF_CHECK_EQUAL(finished.size(), 1u);
    CAF_CHECK_EQUAL(figures().shards, 1u);
  }

  bool connected_to(const std::string& url) const {
    return std::any_of(connections.begin(), connections.end(),
                       [&](auto& x) { return x->url.rfind(url, 0) == 0; });
  }

  /// Stops, and requires the answer.
  void stops() {
    auto pending = self->request(supervisor, caf::infinite, stop_request{});
    sched.run();
    bool answered = false;
    pending.receive([&](const stopped&) { answered = true; },
                    [](const caf::error&) {});
    CAF_CHECK(answered);
    supervisor = nullptr;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(survival_tests, fixture)

// -- what others answer -------------------------------------------------------

CAF_TEST(F1 a listener without handlers ends nobody) {
  start();
  listen(stranger());
  greet({a});
  say(guild_create(a, 5));
  answer(a);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  stops();
}

CAF_TEST(F1 a listener that answers with errors ends nobody) {
  auto complain = [](const auto&) -> caf::result<void> {
    return caf::error{caf::sec::runtime_error};
  };
  start();
  listen(sys.spawn([complain](caf::event_based_actor*) {
    return caf::behavior{
        [=](const chunk_request_finished& x) { return complain(x); },
        [=](const shard_finished_chunking& x) { return complain(x); },
        [=](const finished_chunking& x) { return complain(x); },
        [=](const guild_members_chunk& x) { return complain(x); },
        [=](const chunking_progress& x) { return complain(x); },
        [=](const muster::dispatch& x) { return complain(x); },
        [=](const shard_ready& x) { return complain(x); },
        [](const shard_disconnected&) { return std::string{"an answer"}; },
    };
  }));
  greet({a});
  say(guild_create(a, 5));
  link().say(chunk(a, last_nonce(), 0, 1));
  link().end(4000);
  pass(2s);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  // A late one is told what has been.
  listen(sys.spawn([complain](caf::event_based_actor*) {
    return caf::behavior{
        [=](const finished_chunking& x) { return complain(x); }};
  }));
  CAF_CHECK_EQUAL(figures().shards, 1u);
  stops();
}

CAF_TEST(F1 a listener that dies or throws in a handler ends nobody) {
  start();
  listen(sys.spawn([](caf::event_based_actor*) {
    return caf::behavior{[](const shard_ready&) -> void {
      throw std::runtime_error("a bot's mistake");
    }};
  }));
  greet({a});
  say(guild_create(a, 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  stops();
}

CAF_TEST(
    F1 messages and errors and exits of strangers are passed over and counted) {
  start_with({a});
  auto other = stranger();
  auto as_any = caf::actor_cast<caf::actor>(supervisor);
  caf::anon_send(as_any, 42, std::string{"hello"});
  caf::anon_send(as_any, caf::error{caf::sec::runtime_error});
  sys.spawn([as_any](caf::event_based_actor* self) {
    self->link_to(as_any);
    self->send_exit(as_any, caf::exit_reason::user_shutdown);
    self->quit(caf::sec::runtime_error);
  });
  sched.run();
  CAF_CHECK(figures().strays >= 3u);
  say(guild_create(a, 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  caf::anon_send_exit(other, caf::exit_reason::kill);
  stops();
}

CAF_TEST(F1 an order to end that has no sender is obeyed) {
  start();
  auto open = ask(ask_for::whole_list(a));
  caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
  sched.run();
  CAF_CHECK_EQUAL(open->count, 1);
}

// -- commands -----------------------------------------------------------------

CAF_TEST(Q11 F1 a full queue of commands refuses one and ends nobody) {
  start_with({a});
  gateway_command status{3, "{}", snowflake{}};
  for (int i = 0; i < 2000; ++i)
    caf::anon_send(supervisor, status);
  sched.run();
  CAF_CHECK(figures().queued_commands >= 1000u);
  CAF_CHECK(code_of(command(status)) == errc::queue_full);
  status.guild_id = a;
  CAF_CHECK(code_of(command(status)) == errc::queue_full);
  stops();
}

CAF_TEST(Q11 F1 a command to all says which shard has refused it) {
  start(2);
  greet({}, 0);
  greet({}, 1);
  gateway_command one{3, "{}", guild(1, 1)};
  for (int i = 0; i < 1200; ++i)
    caf::anon_send(supervisor, one);
  sched.run();
  auto before = link(0).sent(3).size();
  auto error = command(gateway_command{3, "{}", snowflake{}});
  CAF_CHECK(code_of(error) == errc::queue_full);
  CAF_CHECK(sentence_of(error).find("shard 1;") != std::string::npos);
  CAF_CHECK_EQUAL(link(0).sent(3).size(), before + 1);
  stops();
}

// -- the bot's own code -------------------------------------------------------

CAF_TEST(F1 S7 a guild_filter that throws asks for the guild) {
  values.guild_filter = [](snowflake, std::uint64_t) -> bool {
    throw std::runtime_error("a bot's mistake");
  };
  everything_works();
  stops();
}

CAF_TEST(F1 a lookup that throws is a lookup that failed) {
  throwing_lookups = 2;
  everything_works();
  CAF_CHECK_EQUAL(lookups, 3);
  stops();
}

CAF_TEST(F1 A1 a factory that throws or gives nothing is a failed connect) {
  broken_connects = 2;
  everything_works();
  CAF_CHECK_EQUAL(disconnects.size(), 2u);
  stops();
}

CAF_TEST(F1 a callback that throws is called again) {
  auto calls = std::make_shared<int>(0);
  auto wish = make_listener(sys, [calls](const finished_chunking&) {
    if (++*calls < 3)
      throw std::runtime_error("a bot's mistake");
    if (*calls < 4)
      throw 4;
  });
  caf::scoped_actor monitor{sys};
  monitor->monitor(wish.listener);
  for (int i = 0; i < 5; ++i)
    caf::anon_send(wish.listener, finished_chunking{});
  caf::anon_send(wish.listener, unsubscribe_request{wish.listener});
  caf::error reason{caf::sec::runtime_error};
  monitor->receive([&](const caf::down_msg& x) { reason = x.reason; });
  CAF_CHECK(!reason);
  CAF_CHECK_EQUAL(*calls, 5);
}

// -- a shard's own death ------------------------------------------------------

CAF_TEST(F1 Q3 a shard that dies is started again with a new session) {
  begin({a});
  auto asked = ask(ask_for::search(a, "n", 1));
  link().throws = true;
  auto fatal = post(ask_for::search(a, "m", 1));
  sched.run();
  for (auto& x : {asked, fatal}) {
    CAF_REQUIRE(x->answer);
    CAF_CHECK(x->answer->outcome == outcome::session_lost);
    CAF_CHECK_EQUAL(x->count, 1);
  }
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::identify);
  greet({a});
  say(guild_create(a, 5));
  answer(a);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  stops();
}

CAF_TEST(F1 a shard that dies again and again is left dead) {
  start();
  for (int i = 0; i < 4; ++i) {
    greet({a}).throws = true;
    say(guild_create(a, 5));
    CAF_REQUIRE_EQUAL(disconnects.size(), static_cast<std::size_t>(i + 1));
    CAF_CHECK(disconnects.back().next
              == (i < 3 ? next_step::identify : next_step::none));
  }
  CAF_CHECK(code_of(ask(ask_for::whole_list(a))->error) == errc::not_running);
  stops();
}

CAF_TEST(F1 deaths that lie apart are forgiven) {
  start();
  for (int i = 0; i < 6; ++i) {
    greet({a}).throws = true;
    say(guild_create(a, 5));
    CAF_CHECK(disconnects.back().next == next_step::identify);
    pass(2min);
  }
  stops();
}

// -- the gateway's address and limits -----------------------------------------

CAF_TEST(F3 a gateway that has moved is found again) {
  start_with({a});
  info.url = "ws://elsewhere";
  for (int i = 0; i < 10; ++i) {
    link().end(0);
    pass(45s); // longer than the longest wait until the next one
  }
  CAF_CHECK_EQUAL(lookups, 2);
  CAF_CHECK(connected_to("ws://elsewhere/"));
  stops();
}

CAF_TEST(F3 a lookup that fails later changes nothing) {
  start_with({a});
  fail_lookup(errc::rest_unauthorized);
  for (int i = 0; i < 8; ++i) {
    link().end(0);
    pass(40s);
  }
  CAF_CHECK_EQUAL(lookups, 2);
  greet({a});
  say(guild_create(a, 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  stops();
}

CAF_TEST(identify limits are asked for anew after a long gap) {
  start_with({a});
  pass(1h);
  info.session_remaining = 0;
  info.session_reset_after = 10min;
  link().end(4009);
  auto& next = reconnect();
  CAF_CHECK_EQUAL(lookups, 2);
  CAF_CHECK_EQUAL(next.sent(2).size(), 0u);
  info.session_remaining = 1000;
  pass(11min);
  CAF_CHECK_EQUAL(next.sent(2).size(), 1u);
  stops();
}

CAF_TEST(limits that cannot be asked for are used on) {
  start_with({a});
  pass(1h);
  fail_lookup(errc::rest_failed);
  link().end(4009);
  auto& next = reconnect();
  CAF_CHECK_EQUAL(lookups, 2);
  CAF_CHECK_EQUAL(next.sent(2).size(), 1u);
  stops();
}

CAF_TEST_FIXTURE_SCOPE_END()
