#define CAF_SUITE actors_accounts

#include "tests/support/fleet.hpp"

#include "actors/subscribers.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// One who listens has one account, whatever it was sent for.

namespace {

constexpr std::size_t bound = 2000;

struct fixture : idle_fleet {
  fixture() {
    values.listener_bound = bound;
    values.cooldown = 0s;
  }

  /// Subscribes the listener that is slow.
  void subscribe(optional<overflow> on_overflow = {}) {
    auto wish = for_members(0, on_overflow);
    wish.listener = caf::actor{slow.ptr()};
    send(wish);
  }

  /// Sends chunks until reading stops; gives their number.
  int fill(const std::string& nonce) {
    int n = 0;
    for (auto before = figures().reading_pauses;
         n < 20 && figures().reading_pauses == before; ++n)
      say(chunk(a, nonce, n, 100, 3));
    return n;
  }

  /// Streams to an actor that keeps what it is sent, until reading stops.
  caf::actor begin_hoard() {
    begin({a});
    auto result = sys.spawn([this](caf::event_based_actor*) {
      return caf::behavior{
          [this](const guild_members_chunk& x) { hoard.push_back(x); }};
    });
    streamed = ask_streaming(ask_for::whole_list(a), result);
    auto nonce = last_nonce();
    for (auto n = fill(nonce); n < 100; ++n)
      say(chunk(a, nonce, n, 100, 3));
    pass(1min);
    CAF_CHECK_EQUAL(streamed->count, 0);
    return result;
  }

  /// Reading goes on.
  void end_hoard() {
    CAF_CHECK_EQUAL(streamed->count, 1);
    auto other = ask(ask_for::search(a, "n", 1));
    answer(a, 1);
    CAF_CHECK(other->answer);
  }

  caf::scoped_actor slow{sys};
  std::vector<guild_members_chunk> hoard;
  std::shared_ptr<reply> streamed;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(account_tests, fixture)

CAF_TEST(B1 Q12 what streams have brought counts after their end) {
  begin({a});
  auto to = caf::actor{slow.ptr()};
  // Each of them is far from the bound, and has come to its end.
  int streams = 0;
  while (figures().reading_pauses == 0 && streams < 100) {
    auto reply = ask_streaming(ask_for::search(a, "n", 1), to);
    answer(a, 1);
    CAF_CHECK_EQUAL(reply->count, 1);
    ++streams;
  }
  CAF_CHECK_LESS(1, streams);
  CAF_CHECK_LESS(streams, 100);
  CAF_CHECK(figures().listener_bytes > bound);
  CAF_CHECK_EQUAL(drain(slow), streams);
  CAF_CHECK_EQUAL(figures().listener_bytes, 0u);
  // And reading goes on.
  auto reply = ask(ask_for::search(a, "n", 1));
  answer(a, 1);
  CAF_CHECK(reply->answer);
}

CAF_TEST(B1 who subscribes anew owes what it owed) {
  begin({a});
  subscribe();
  ask(ask_for::whole_list(a));
  auto n = fill(last_nonce());
  auto held = figures().listener_bytes;
  CAF_CHECK(held > bound);
  subscribe();
  CAF_CHECK_EQUAL(figures().listener_bytes, held);
  say(chunk(a, last_nonce(), n, 100, 3)); // is not read
  CAF_CHECK_EQUAL(figures().listener_bytes, held);
  CAF_CHECK_EQUAL(drain(slow), n + 1);
}

CAF_TEST(B1 reading waits for no one who has left) {
  begin({a});
  subscribe();
  auto reply = ask(ask_for::whole_list(a));
  auto n = fill(last_nonce());
  send(unsubscribe_request{caf::actor{slow.ptr()}});
  for (; n < 100; ++n)
    say(chunk(a, last_nonce(), n, 100, 3));
  CAF_CHECK(reply->answer);
}

CAF_TEST(B1 Q12 reading waits for no receiver that has died) {
  auto receiver = begin_hoard();
  kill(receiver);
  end_hoard();
}

CAF_TEST(B1 Q12 reading waits for no receiver that has left) {
  auto receiver = begin_hoard();
  CAF_CHECK(!command(cancel_request{a, last_nonce()}));
  send(unsubscribe_request{receiver});
  end_hoard();
  kill(receiver);
}

CAF_TEST(B1 small events count for what they take) {
  begin({a});
  subscribe(overflow::drop);
  ask(ask_for::whole_list(a));
  for (int i = 0; i < 100; ++i)
    say(chunk(a, last_nonce(), i, 100, 0));
  auto got = static_cast<std::size_t>(drain(slow));
  CAF_CHECK_LESS(0u, got);
  CAF_CHECK_LESS_OR_EQUAL(got, bound / subscribers::event_overhead);
  CAF_CHECK_EQUAL(figures().dropped_events, 100 - got);
}

CAF_TEST(A1 B1 what a lent connection brought is read though it has ended) {
  // Its bot's session is past it: nobody will bring it again.
  managed = true;
  begin({a});
  subscribe();
  auto reply = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  auto n = fill(nonce);
  for (; n < 100; ++n)
    say(chunk(a, nonce, n, 100, 3));
  CAF_CHECK_EQUAL(reply->count, 0);
  link().end(0);
  sched.run();
  CAF_REQUIRE(reply->answer);
  CAF_CHECK(reply->answer->outcome == outcome::complete);
  // The next one is taken up while the listener is still behind.
  pass(1s);
  CAF_CHECK_EQUAL(connections.size(), 2u);
  CAF_CHECK_EQUAL(drain(slow), 100);
}

CAF_TEST_FIXTURE_SCOPE_END()
