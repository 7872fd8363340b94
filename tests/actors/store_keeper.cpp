#define CAF_SUITE actors_store_keeper

#include "actors/store_keeper.hpp"

#include <stdexcept>

#include "net/memory_store.hpp"

#include "tests/support/fleet.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// A store that a test can take away.
class moody_store : public memory_store {
public:
  caf::error join(const join_store& x, joined_store& out) override {
    return fails() ? error() : memory_store::join(x, out);
  }
  caf::error claim(const claim_shards& x, shards_claimed& out) override {
    ++claims;
    return fails() ? error() : memory_store::claim(x, out);
  }
  caf::error save(const std::vector<save_cut>& all,
                  std::vector<saved>& out) override {
    if (fails())
      return error();
    ++saves;
    largest = std::max(largest, all.size());
    auto result = memory_store::save(all, out);
    // Written, but nobody learns of it.
    return std::exchange(forgetful, false) ? error() : result;
  }
  caf::error leave(const leave_store& x) override {
    return fails() ? error() : memory_store::leave(x);
  }
  caf::error claim_identify(const muster::claim_identify& x,
                            identify_claimed& out) override {
    return fails() ? error() : memory_store::claim_identify(x, out);
  }

  bool away = false;
  bool throws = false;
  bool refuses = false;
  bool forgetful = false;
  int tries = 0;
  int claims = 0;
  int saves = 0;
  /// Writes in one call, the most that there were.
  std::size_t largest = 0;

private:
  bool fails() {
    ++tries;
    if (throws)
      throw std::runtime_error("the driver is confused");
    return away || refuses;
  }
  caf::error error() const {
    return refuses ? make_error(errc::store_refused, "no rights; grant them")
                   : make_error(errc::store_away, "the database is away");
  }
};

class moody_fleet : public fleet {
public:
  moody_fleet() {
    store = moody;
    keeps = true;
  }

  std::shared_ptr<moody_store> moody = std::make_shared<moody_store>();
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(store_keeper_tests, moody_fleet)

CAF_TEST(C3 a store that is away at the start is waited for) {
  moody->away = true;
  start();
  pass(5s);
  CAF_CHECK(connections.empty());
  CAF_CHECK_EQUAL(moody->tries, 6);
  auto early = ask(ask_for::search(a, "n", 1));
  moody->away = false;
  pass(1s);
  CAF_REQUIRE_EQUAL(connections.size(), 1u);
  greet({a});
  create({a});
  answer_all();
  CAF_REQUIRE(early->answer);
  CAF_CHECK(early->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(order.back(), "E3");
}

CAF_TEST(C3 a store that throws is away) {
  moody->throws = true;
  start();
  pass(2s);
  CAF_CHECK(connections.empty());
  moody->throws = false;
  pass(1s);
  CAF_CHECK_EQUAL(connections.size(), 1u);
}

CAF_TEST(C8 E4 what settles is told when it holds and in order) {
  begin({a, b});
  moody->away = true;
  answer_all();
  say(ready({a}, "another"));
  create({a});
  pass(31s);
  answer_last();
  CAF_CHECK_EQUAL(finished_requests.size(), 2u);
  CAF_CHECK(finished_shards.empty() && finished.empty());
  CAF_CHECK_EQUAL(readies.size(), 1u); // it would come before the first E2
  moody->away = false;
  pass(1s);
  CAF_CHECK_EQUAL(readies.size(), 2u);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 2u);
  CAF_REQUIRE_EQUAL(order.size(), 6u);
  CAF_CHECK_EQUAL(order[2], "E2 0");
  CAF_CHECK_EQUAL(order[3], "E3");
  CAF_CHECK_EQUAL(order[4].substr(0, 2), "E1");
  CAF_CHECK_EQUAL(order[5], "E2 0");
}

CAF_TEST(C3 a store that is away delays no answer) {
  start_with({a});
  moody->away = true;
  create({a});
  auto asked = ask(ask_for::search(a, "n", 1));
  answer_all();
  CAF_REQUIRE(asked->answer);
  link().end(4000);
  resume();
  // All of this came after the end of the startup, and is told after it.
  CAF_CHECK_EQUAL(order.size(), 1u);
  CAF_CHECK(disconnects.empty() && resumes.empty());
  auto last = ask(ask_for::search(a, "m", 1));
  answer_last();
  CAF_REQUIRE(last->answer);
  moody->away = false;
  pass(1s);
  CAF_CHECK_EQUAL(disconnects.size(), 1u);
  CAF_CHECK_EQUAL(resumes.size(), 1u);
  CAF_REQUIRE_EQUAL(order.size(), 5u);
  CAF_CHECK_EQUAL(order[1], "E2 0");
  CAF_CHECK_EQUAL(order[2], "E3");
}

CAF_TEST(E4 Q3 what waits to be told is told when the shard ends) {
  start_with({a});
  moody->away = true;
  create({a});
  answer(a); // the E2 waits for the store, and what comes after it for the E2
  auto open = ask(ask_for::search(a, "n", 1));
  auto stopping = self->request(supervisor, caf::infinite, stop_request{});
  pass(8s);
  stopping.receive([](const stopped&) {}, [](const caf::error&) {});
  CAF_REQUIRE(open->answer);
  CAF_CHECK_EQUAL(finished_requests.size(), 2u);
  CAF_CHECK(finished_shards.empty());
}

CAF_TEST(C3 E6 without an end of a startup news are told at once) {
  start_with({a});
  moody->away = true;
  link().end(4000);
  resume();
  CAF_CHECK_EQUAL(disconnects.size(), 1u);
  CAF_CHECK_EQUAL(resumes.size(), 1u);
}

CAF_TEST(C7 nobody identifies while the store is away) {
  start();
  moody->away = true;
  CAF_CHECK(identify().sent(2).empty());
  pass(10s);
  CAF_CHECK(link().sent(2).empty());
  moody->away = false;
  pass(1s);
  CAF_CHECK_EQUAL(link().sent(2).size(), 1u);
}

CAF_TEST(C6 the writes of a process share a transaction) {
  start(3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    auto& x = *connections.at(i);
    x.opened();
    x.say(hello(41'250ms));
  }
  pass(10s);
  for (std::uint32_t i = 0; i < 3; ++i)
    say(ready({guild(1, i)}), i);
  pass(2s);
  auto before = moody->saves;
  moody->largest = 0;
  for (std::uint32_t i = 0; i < 3; ++i)
    connections.at(i)->say(test::dispatch("TYPING_START", 50 + i, "{}"));
  pass(1s);
  CAF_CHECK_EQUAL(moody->saves, before + 1);
  CAF_CHECK_EQUAL(moody->largest, 3u);
}

CAF_TEST(C6 C8 no transaction has two writes of one shard) {
  start_with({});
  moody->away = true;
  say(ready({}, "another"));
  say(ready({}, "a third"));
  moody->away = false;
  pass(2s);
  CAF_CHECK_EQUAL(moody->largest, 1u);
  CAF_CHECK_EQUAL(finished_shards.size(), 3u);
  CAF_CHECK(disconnects.empty());
}

CAF_TEST(C3 a store that is away for long is owed one write a shard) {
  begin({a});
  answer_all();
  pass(2s);
  moody->away = true;
  for (int i = 0; i < 30; ++i) {
    say(test::dispatch("TYPING_START", static_cast<std::uint64_t>(50 + i),
                       "{}"));
    pass(1s);
  }
  auto before = moody->saves;
  moody->away = false;
  pass(1s);
  CAF_CHECK(moody->saves - before <= 2);
}

CAF_TEST(C4 a stop does not wait for a store that is away for long) {
  begin({a});
  moody->away = true;
  auto open = ask(ask_for::search(a, "n", 1));
  auto stopping = self->request(supervisor, caf::infinite, stop_request{});
  pass(8s);
  bool done = false;
  stopping.receive([&](const stopped&) { done = true; },
                   [](const caf::error&) {});
  CAF_CHECK(done);
  CAF_REQUIRE(open->answer);
  CAF_CHECK(open->answer->outcome == outcome::cancelled);
}

CAF_TEST(a store that refuses ends the start with its sentence) {
  moody->refuses = true;
  start();
  auto asked = ask(ask_for::whole_list(a));
  CAF_CHECK(code_of(asked->error) == errc::not_running);
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::none);
  CAF_CHECK_EQUAL(disconnects[0].reason, "no rights; grant them");
}

CAF_TEST(C8 E2 what was not recorded when a bot stops is told by the next) {
  begin({a, b});
  moody->away = true;
  answer_all(); // the first end is on its way
  say(ready({a}, "another"));
  create({a});
  pass(31s);
  answer_last(); // the second one waits for it
  auto stopping = self->request(supervisor, caf::infinite, stop_request{});
  sched.run();
  moody->away = false;
  pass(2s);
  stopping.receive([](const stopped&) {}, [](const caf::error&) {});
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  start();
  auto& x = *connections.back();
  x.opened();
  say(hello(41'250ms));
  say(resumed(9));
  // The first, late, and the second.
  CAF_CHECK_EQUAL(finished_shards.size(), 3u);
  CAF_CHECK_EQUAL(finished.size(), 2u);
}

CAF_TEST(C8 a write whose answer was lost is no lost claim) {
  begin({a});
  moody->forgetful = true;
  answer_all();
  pass(5s);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  CAF_CHECK(disconnects.empty());
}

CAF_TEST(C1 a store that refuses a write for good ends the shards) {
  begin({a});
  moody->refuses = true;
  auto list = last_request();
  auto open = ask(ask_for::search(a, "n", 1));
  answer(list);
  pass(5s);
  CAF_CHECK(finished_shards.empty());
  CAF_CHECK_EQUAL(link().closed_with, 4000);
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::none);
  CAF_CHECK_EQUAL(disconnects[0].reason, "no rights; grant them");
  CAF_CHECK_EQUAL(open->count, 1);
  pass(1min);
  CAF_CHECK_EQUAL(connections.size(), 1u);
  CAF_CHECK(code_of(error_of(ask_for::search(a, "n", 1))) == errc::not_running);
}

CAF_TEST(C7 a store that refuses for long costs no budget) {
  info.session_remaining = 5;
  start();
  moody->refuses = true;
  identify();
  pass(5min);
  CAF_CHECK(link().sent(2).empty());
  moody->refuses = false;
  pass(30s);
  CAF_CHECK_EQUAL(link().sent(2).size(), 1u);
}

CAF_TEST(C1 what runs elsewhere is asked for once a second whatever dies here) {
  values.node_timeout = 1h; // the other one lives
  joined_store joined;
  shards_claimed claims;
  moody->join({99, 1, 2, values.intents, {1}}, joined);
  moody->claim({99, 1, {1}}, claims);
  start(2);
  auto in_ten_seconds = [this] {
    auto before = moody->claims;
    pass(10s);
    return moody->claims - before;
  };
  CAF_CHECK_EQUAL(in_ten_seconds(), 10);
  for (int i = 0; i < 3; ++i) {
    auto& x = *connections.back();
    x.throws = true; // its shard dies of it
    x.opened();
    x.say(hello(41'250ms));
    pass(7s + 300ms); // for its turn to identify, out of step with the claims
    CAF_REQUIRE_EQUAL(disconnects.size(), static_cast<std::size_t>(i + 1));
  }
  CAF_CHECK_EQUAL(in_ten_seconds(), 10);
}

CAF_TEST(C4 a bot whose store refuses its last word stops all the same) {
  begin({a});
  moody->refuses = true;
  auto stopping = self->request(supervisor, caf::infinite, stop_request{});
  pass(6s);
  bool done = false;
  stopping.receive([&](const stopped&) { done = true; },
                   [](const caf::error&) {});
  CAF_CHECK(done);
}

CAF_TEST(F1 Q3 a keeper that is killed leaves nobody without an answer) {
  start(); // for a supervisor that it may tell
  moody->away = true;
  auto keeper = sys.spawn<store_keeper>(moody, supervisor, nullptr);
  auto first = self->request(keeper, caf::infinite, join_store{});
  auto second = self->request(keeper, caf::infinite, save_cut{});
  sched.run();
  kill(keeper);
  int refused = 0;
  auto count = [&](const caf::error&) { ++refused; };
  first.receive([](const joined_store&) {}, count);
  second.receive([](const cut_saved&) {}, count);
  CAF_CHECK_EQUAL(refused, 2);
}

CAF_TEST_FIXTURE_SCOPE_END()
