#define CAF_SUITE actors_lifecycle

#include "tests/support/fleet.hpp"

#include <deque>

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

struct fixture : fleet {
  /// A listener that never looks into its mailbox.
  std::unique_ptr<caf::scoped_actor> stuck(std::uint64_t bound,
                                           overflow policy) {
    return listener(for_members(bound, policy));
  }

  /// Lets go of everything that a listener holds.
  static int empty_mailbox(caf::scoped_actor& listener) {
    int n = 0;
    while (listener->has_next_message())
      listener->receive([&](const guild_members_chunk&) { ++n; });
    return n;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(lifecycle_tests, fixture)

CAF_TEST(a fatal close code ends its shard only) {
  start(2);
  link(0).opened();
  link(0).end(4014);
  sched.run();
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::none);
  CAF_CHECK_EQUAL(*disconnects[0].code, 4014);
  auto b = guild(1, 1);
  greet({b}, 1);
  create({b});
  CAF_CHECK_EQUAL(requests().size(), 1u);
  auto refused = ask(ask_for::whole_list(guild(1, 0)));
  CAF_CHECK(code_of(refused->error) == errc::not_running);
  CAF_CHECK(finished.empty());
}

CAF_TEST(a REST that is down is asked again) {
  for (auto code : {errc::connect_failed, errc::rest_failed})
    fail_lookup(code);
  fail_lookup(errc::rest_rate_limited, 42s);
  start();
  CAF_CHECK_EQUAL(lookups, 1);
  pass(1s);
  CAF_CHECK_EQUAL(lookups, 2);
  pass(2s);
  CAF_CHECK_EQUAL(lookups, 3);
  pass(41s);
  CAF_CHECK_EQUAL(lookups, 3);
  pass(2s);
  CAF_CHECK_EQUAL(lookups, 4);
  CAF_CHECK_EQUAL(connections.size(), 1u);
}

CAF_TEST(a refused token is fatal and says so) {
  fail_lookup(errc::rest_unauthorized);
  start();
  pass(1min);
  CAF_CHECK_EQUAL(lookups, 1);
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::none);
  CAF_CHECK(disconnects[0].reason.find("token") != std::string::npos);
  auto refused = ask(ask_for::whole_list(a));
  CAF_CHECK(code_of(refused->error) == errc::not_running);
}

CAF_TEST(the token is in identify and resume only) {
  start_with({a});
  link().end(0);
  pass(1s);
  reconnect();
  for (auto& x : connections)
    for (auto& text : x->texts) {
      auto op = nlohmann::json::parse(text)["op"].get<int>();
      auto found = text.find("secret.token") != std::string::npos;
      CAF_CHECK_EQUAL(found, op == 2 || op == 6);
    }
}

CAF_TEST(a zombie is closed and resumed) {
  start_with({a});
  link().acknowledge = false;
  pass(90s);
  CAF_REQUIRE(!disconnects.empty());
  CAF_CHECK(disconnects[0].next == next_step::resume);
  CAF_CHECK_EQUAL(connections.at(0)->closed_with, 4000);
}

CAF_TEST(a text frame is never compressed) {
  start(); // asks for zstd
  greet({a});
  say(guild_create(a, 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
}

CAF_TEST(a corrupt stream costs the connection and no more) {
  start_with({a});
  link().say_binary("this is no zstd");
  sched.run();
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::resume);
  pass(1s);
  CAF_CHECK(!link().ended());
  CAF_CHECK_EQUAL(figures().malformed, 1u);
}

CAF_TEST(A1 a bot lends its own connection) {
  managed = true;
  start();
  auto& theirs = link();
  theirs.opened();
  theirs.say(hello(41250ms)); // the bot's business
  pass(2min);
  CAF_CHECK(theirs.texts.empty());
  theirs.say(ready({a}));
  say(guild_create(a, 5));
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  CAF_CHECK_EQUAL(theirs.texts.size(), 1u);
  answer(a);
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(B1 reading stops for a listener that is behind) {
  values.auto_chunk = false;
  auto& gate = begin({a});
  auto slow = stuck(2000, overflow::stop_reading);
  auto list = ask(ask_for::whole_list(a));
  for (int i = 0; i < 9; ++i)
    say(chunk(a, last_nonce(), i, 10, 3));
  auto before = figures();
  CAF_CHECK_EQUAL(before.reading_pauses, 1u);
  auto one = chunk(a, last_nonce(), 0, 10, 3).size();
  CAF_CHECK(before.listener_bytes > 2000);
  CAF_CHECK(before.listener_bytes <= 2000 + one);
  // Nothing is lost, clocks stand still and heartbeats go on.
  auto beats = gate.sent(1).size();
  gate.acknowledge = false;
  pass(3min);
  CAF_CHECK_EQUAL(list->count, 0);
  CAF_CHECK(gate.sent(1).size() >= beats + 3);
  CAF_CHECK(!gate.ended());
  int got = 0;
  for (int n = 1; n > 0; got += n) {
    n = empty_mailbox(*slow);
    sched.run();
    CAF_CHECK(figures().listener_bytes <= 2000 + one);
  }
  CAF_CHECK_EQUAL(got, 9);
  CAF_CHECK_EQUAL(figures().listener_bytes, 0u);
  gate.acknowledge = true;
  say(chunk(a, last_nonce(), 9, 10, 3));
  CAF_REQUIRE(list->answer);
  CAF_CHECK(list->answer->outcome == outcome::complete);
}

CAF_TEST(B1 a listener of 100 ms a chunk beside a stuck and a healthy one) {
  values.auto_chunk = false;
  auto& gate = begin({a});
  // Holds each chunk for 100 ms.
  int slow_got = 0;
  subscribe_request wish;
  wish.events = event_bit::guild_members_chunk;
  wish.bound = 10'000;
  wish.listener = sys.spawn([&](caf::event_based_actor* self) {
    auto held = std::make_shared<std::deque<guild_members_chunk>>();
    return caf::behavior{
        [=, &slow_got](const guild_members_chunk& x) {
          ++slow_got;
          held->push_back(x);
          if (held->size() == 1)
            self->delayed_send(self, 100ms, timer_tick{});
        },
        [=](const timer_tick&) {
          held->pop_front();
          if (!held->empty())
            self->delayed_send(self, 100ms, timer_tick{});
        },
    };
  });
  send(wish);
  auto stopped = stuck(3000, overflow::drop);
  auto healthy = stuck(std::uint64_t{1} << 30, overflow::drop);
  auto list = ask(ask_for::whole_list(a));
  auto beats = gate.sent(1).size();
  std::uint64_t most = 0;
  int got = 0;
  // All at once: less than what a connection reads ahead.
  for (int i = 0; i < 400; ++i)
    gate.say(chunk(a, last_nonce(), i, 400, 3));
  for (int i = 0; i < 1000; ++i) {
    pass(100ms);
    got += empty_mailbox(*healthy);
    most = std::max(most, figures().listener_bytes);
  }
  CAF_REQUIRE(list->answer);
  CAF_CHECK(list->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(slow_got, 400);
  CAF_CHECK_EQUAL(got, 400);
  CAF_CHECK(gate.sent(1).size() >= beats + 2); // 100 s of 41 s each
  auto one = chunk(a, list->answer->nonce, 399, 400, 3).size();
  CAF_CHECK(most > 10'000);
  CAF_CHECK(most <= 13'000 + 2 * one); // both bounds and a chunk each
  CAF_CHECK(figures().dropped_events > 390);
  CAF_CHECK(!gate.ended());
  kill(wish.listener);
}

CAF_TEST(B1 or events are dropped and counted) {
  values.auto_chunk = false;
  begin({a});
  auto slow = stuck(4000, overflow::drop);
  auto healthy = stuck(1 << 20, overflow::stop_reading);
  auto list = ask(ask_for::whole_list(a));
  for (int i = 0; i < 20; ++i)
    say(chunk(a, last_nonce(), i, 20, 3));
  CAF_CHECK(list->answer);
  auto x = figures();
  CAF_CHECK_EQUAL(x.reading_pauses, 0u);
  auto got = empty_mailbox(*slow);
  CAF_CHECK(got > 0);
  CAF_CHECK_EQUAL(x.dropped_events, static_cast<std::uint64_t>(20 - got));
  CAF_CHECK_EQUAL(empty_mailbox(*healthy), 20);
}

CAF_TEST(B2 listeners share the bytes of one payload) {
  values.auto_chunk = false;
  begin({a});
  auto first = stuck(1 << 20, overflow::drop);
  auto second = stuck(1 << 20, overflow::drop);
  ask(ask_for::whole_list(a));
  answer(a, 3);
  const char* seen[2] = {};
  int n = 0;
  for (auto listener : {first.get(), second.get()})
    (*listener)->receive([&](const guild_members_chunk& x) {
      seen[n++] = x.members.json.view().data();
    });
  CAF_CHECK(seen[0] != nullptr);
  CAF_CHECK(seen[0] == seen[1]);
}

CAF_TEST(B2 what is skipped is validated on demand) {
  values.validate_payloads = true;
  start_with({a});
  say(test::dispatch("TYPING_START", 9, "{\"x\":tru}"));
  CAF_CHECK_EQUAL(figures().malformed, 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
