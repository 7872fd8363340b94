#define CAF_SUITE actors_identifies

#include "tests/support/line_of_processes.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(identify_tests, line_of_processes)

CAF_TEST(C7 the next process identifies no sooner than the one before) {
  begin({a});
  values.intents &= ~intent::guild_presences; // to have it identify
  auto at = connections[0]->times_of(2).front();
  restart();
  greet_again();
  CAF_CHECK_EQUAL(identifies(), 1u);
  pass(7s);
  CAF_REQUIRE_EQUAL(identifies(), 2u);
  CAF_CHECK(connections[1]->times_of(2).front() >= at + 5s);
}

CAF_TEST(C7 a budget of yesterday is asked for anew) {
  info.session_remaining = 1;
  begin({a});
  values.intents &= ~intent::guild_presences;
  info.session_remaining = 1000;
  restart();
  greet_again();
  pass(20s);
  CAF_CHECK_EQUAL(identifies(), 2u);
  CAF_CHECK_EQUAL(lookups, 3);
}

CAF_TEST(C7 the last identify of a budget is doubted as well) {
  info.session_remaining = 1;
  begin({a});
  values.intents &= ~intent::guild_presences;
  restart();
  greet_again();
  pass(20s);
  CAF_CHECK_EQUAL(identifies(), 2u);
}

CAF_TEST(C7 a budget that is spent is waited for) {
  info.session_remaining = 1;
  info.session_reset_after = 1h;
  begin({a});
  values.intents &= ~intent::guild_presences;
  info.session_remaining = 0;
  restart();
  greet_again();
  pass(50min);
  CAF_CHECK_EQUAL(identifies(), 1u);
  CAF_CHECK(lookups < 10);
  info.session_remaining = 1000;
  pass(15min);
  CAF_CHECK_EQUAL(identifies(), 2u);
}

// -- a gate of the bot's own --------------------------------------------------

namespace {

/// Grants and refuses when a test says so.
using patient_gate = identify_gate_actor::extend<caf::reacts_to<identify_slot>,
                                                 caf::reacts_to<timer_tick>>;

struct waiting_room {
  std::vector<std::uint32_t> shards;
  std::vector<caf::typed_response_promise<identify_slot>> answers;

  patient_gate::behavior_type behavior(patient_gate::pointer self) {
    return {
        [this, self](const identify_slot_request& x) {
          shards.push_back(x.shard.index);
          answers.push_back(self->make_response_promise<identify_slot>());
          return answers.back();
        },
        [this](const identify_slot& x) { answers.back().deliver(x); },
        [this](const timer_tick& x) {
          answers.at(x.id).deliver(make_error(errc::not_running));
        },
    };
  }
};

} // namespace

CAF_TEST(A1 leave to identify can come from a queue of the bot) {
  waiting_room room;
  auto theirs = sys.spawn(
      [&room](patient_gate::pointer self) { return room.behavior(self); });
  gate = theirs;
  start(2);
  identify(0);
  identify(1);
  pass(1min);
  CAF_CHECK_EQUAL(room.shards, (std::vector<std::uint32_t>{0, 1}));
  CAF_CHECK_EQUAL(identifies(), 0u);
  caf::anon_send(theirs, identify_slot{});
  sched.run();
  CAF_CHECK_EQUAL(link(1).sent(2).size(), 1u);
  // One that is refused comes again, on another connection.
  caf::anon_send(theirs, timer_tick{0});
  pass(5s);
  CAF_CHECK(link(0).ended());
  CAF_REQUIRE_EQUAL(connections.size(), 3u);
  connections.back()->opened();
  connections.back()->say(hello(41'250ms));
  sched.run();
  CAF_CHECK_EQUAL(room.shards, (std::vector<std::uint32_t>{0, 1, 0}));
  CAF_CHECK_EQUAL(identifies(), 1u);
  anon_send_exit(theirs, caf::exit_reason::kill);
  gate = nullptr;
  sched.run();
}

CAF_TEST_FIXTURE_SCOPE_END()
