#define CAF_SUITE actors_leases

#include "tests/support/line_of_processes.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// A store that can be away.
struct flaky_store : memory_store {
  using memory_store::memory_store;

  caf::error renew(const renewal& x, renewed& out) override {
    ++renewals;
    if (refuses)
      return make_error(errc::store_refused, "the store is not what it was");
    if (known_first && !away) {
      auto error = memory_store::renew(x, out);
      away = !error && !out.known;
      return error;
    }
    return away ? make_error(errc::store_away, "the store is away")
                : memory_store::renew(x, out);
  }

  caf::error save(const std::vector<save_cut>& all,
                  std::vector<saved>& out) override {
    return saves ? memory_store::save(all, out)
                 : make_error(errc::store_away, "the disk is full");
  }

  bool saves = true;
  bool away = false;
  bool refuses = false;
  /// Away from the moment on that it tells of a death.
  bool known_first = false;
  int renewals = 0;
};

struct fixture : line_of_processes {
  fixture() {
    flaky = std::make_shared<flaky_store>([this] {
      return caf::timestamp{sched.clock().now().time_since_epoch()};
    });
    store = flaky;
  }

  /// What another process does that sees the counters stand still.
  state_store::renewed mark_dead(std::uint64_t node) {
    state_store::renewed x;
    store->renew({77, {}}, x);
    auto counter = x.others.at(node);
    store->renew({77, {{node, counter}}}, x);
    return x;
  }

  bool connected() { return !link().ended(); }

  std::shared_ptr<flaky_store> flaky;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(lease_tests, fixture)

CAF_TEST(C2 a process renews its lease each third of the timeout) {
  begin({a});
  answer_all();
  auto before = flaky->renewals;
  pass(60s);
  CAF_CHECK(flaky->renewals >= before + 11);
  CAF_CHECK(flaky->renewals <= before + 13);
}

CAF_TEST(C3 a store that is away costs nothing for two thirds of the timeout) {
  begin({a});
  answer_all();
  flaky->away = true;
  pass(7s);
  CAF_CHECK(connected());
  flaky->away = false;
  pass(20s);
  CAF_CHECK(connected());
  CAF_CHECK(disconnects.empty());
}

CAF_TEST(C3 without its lease a process closes and resumes with it) {
  begin({a});
  answer_all();
  flaky->away = true;
  pass(13s);
  CAF_CHECK(!connected());
  CAF_CHECK_EQUAL(link().closed_with, 4000);
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::resume);
  auto before = connections.size();
  pass(10min);
  CAF_CHECK_EQUAL(connections.size(), before);
  flaky->away = false;
  pass(2s);
  CAF_CHECK_EQUAL(connections.size(), before + 1);
  CAF_CHECK_EQUAL(greet_again().sent(6).size(), 1u);
  say(resumed(43));
  CAF_CHECK_EQUAL(identifies(), 1u);
  CAF_CHECK(moves.empty());
}

CAF_TEST(C3 a request that is asked meanwhile waits) {
  begin({a});
  answer_all();
  flaky->away = true;
  pass(13s);
  auto asked = post(ask_for::search(a, "x", 5));
  pass(3s);
  CAF_CHECK_EQUAL(asked->count, 0);
  flaky->away = false;
  pass(2s);
  greet_again();
  say(resumed(43));
  answer_last();
  CAF_REQUIRE(asked->answer);
  CAF_CHECK(asked->answer->outcome == outcome::complete);
}

CAF_TEST(C2 nothing is resumed or identified before the lease is held) {
  flaky->away = true;
  start();
  pass(1min);
  CAF_CHECK(connections.empty());
  flaky->away = false;
  pass(2s);
  CAF_CHECK_EQUAL(connections.size(), 1u);
}

CAF_TEST(C2 who was held for dead joins anew) {
  begin({a, b});
  answer_all();
  auto e2 = finished_shards.size();
  mark_dead(last_node());
  pass(6s);
  // It has closed, come back and claimed what was free again.
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::resume);
  CAF_CHECK_EQUAL(greet_again().sent(6).size(), 1u);
  say(resumed(43));
  CAF_CHECK_EQUAL(identifies(), 1u);
  // What was told of this start is not told again.
  CAF_CHECK_EQUAL(finished_shards.size(), e2);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  CAF_CHECK(moves.empty());
}

CAF_TEST(C2 who was held for dead waits for who has its shards) {
  begin({a});
  answer_all();
  joined_store joined;
  shards_claimed claims;
  store->join({77, 9, 1, values.intents, {0}}, joined);
  mark_dead(last_node());
  store->claim({77, 1, {0}}, claims);
  CAF_REQUIRE_EQUAL(claims.shards.size(), 1u);
  pass(6s);
  CAF_CHECK(!connected());
  auto before = connections.size();
  for (int i = 0; i < 60; ++i) { // that one lives
    state_store::renewed ignored;
    store->renew({77, {}}, ignored);
    pass(1s);
  }
  CAF_CHECK_EQUAL(connections.size(), before);
  // And then no longer.
  pass(21s);
  CAF_REQUIRE_EQUAL(connections.size(), before + 1);
  CAF_REQUIRE(!moves.empty());
  CAF_CHECK_EQUAL(moves.back().from, node_name(77));
  CAF_CHECK_EQUAL(moves.back().epoch, 3u);
}

CAF_TEST(C5 an E1 that was told before a process was held for dead is not told again) {
  begin({a});
  answer_all();
  auto asked = post(ask_for::search(a, "x", 5));
  pass(3s); // it is in a cut as open
  auto before = finished_requests.size();
  flaky->saves = false; // and its end in none
  answer_last();
  CAF_REQUIRE(asked->answer);
  CAF_REQUIRE_EQUAL(finished_requests.size(), before + 1);
  mark_dead(last_node());
  flaky->saves = true;
  pass(6s);
  greet_again();
  say(resumed(43));
  pass(2s);
  answer_all();
  pass(30s);
  CAF_CHECK_EQUAL(finished_requests.size(), before + 1);
  CAF_CHECK_EQUAL(asked->count, 1);
}

CAF_TEST(C5 who is held for dead leaves its requests to who goes on) {
  begin({a});
  answer_all();
  auto x = ask_for::search(a, "x", 5);
  x.nonce = "mine";
  auto asked = post(x);
  pass(3s);
  auto before = finished_requests.size();
  mark_dead(last_node());
  pass(6s);
  // Not cancelled: it has not ended.
  CAF_CHECK_EQUAL(asked->count, 1);
  CAF_CHECK(code_of(asked->error) == errc::not_running);
  CAF_CHECK(sentence_of(asked->error).find("ask again") != std::string::npos);
  CAF_CHECK_EQUAL(finished_requests.size(), before);
  greet_again();
  say(resumed(43));
  pass(2s);
  answer_all();
  CAF_REQUIRE_EQUAL(finished_requests.size(), before + 1);
  CAF_CHECK_EQUAL(finished_requests.back().nonce, "mine");
  CAF_CHECK(finished_requests.back().outcome == outcome::complete);
}

CAF_TEST(C3 a store that refuses for good is not asked again) {
  begin({a});
  answer_all();
  flaky->refuses = true;
  pass(6s);
  CAF_CHECK(!connected());
  auto renewals = flaky->renewals;
  pass(10min);
  CAF_CHECK_EQUAL(flaky->renewals, renewals);
}

CAF_TEST(C2 the shards of a process that does not renew are taken over) {
  joined_store joined;
  shards_claimed claims;
  store->join({77, 9, 1, values.intents, {0}}, joined);
  store->claim({77, 1, {0}}, claims);
  start();
  pass(14s);
  CAF_CHECK(connections.empty());
  pass(2s);
  CAF_CHECK_EQUAL(connections.size(), 1u);
}

CAF_TEST(C2 a row that is no longer its own closes a shard) {
  begin({a});
  answer_all();
  joined_store joined;
  shards_claimed claims;
  // Marked as dead and joined anew behind its back, as after a failover.
  store->leave({last_node(), {}});
  store->join({77, 9, 1, values.intents, {0}}, joined);
  store->claim({77, 1, {0}}, claims);
  store->join({last_node(), 9, 1, values.intents, {0}}, joined);
  CAF_REQUIRE_EQUAL(claims.shards.size(), 1u);
  pass(6s);
  CAF_CHECK(!connected());
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].reason.find("another process") != std::string::npos);
}

CAF_TEST(C2 who was held for dead and cannot reach the store comes back) {
  begin({a});
  answer_all();
  mark_dead(last_node());
  flaky->known_first = true; // it learns of its death, and then no more
  pass(1min);
  auto before = connections.size();
  flaky->known_first = flaky->away = false;
  pass(10s);
  CAF_CHECK_EQUAL(connections.size(), before + 1);
}

CAF_TEST(C8 E3 a process hears of what others have ended) {
  joined_store joined;
  shards_claimed claims;
  store->join({77, 9, 1, values.intents, {0}}, joined);
  store->claim({77, 1, {0}}, claims);
  CAF_REQUIRE_EQUAL(claims.shards.size(), 1u);
  start(); // it waits
  CAF_CHECK(finished.empty());
  save_cut x;
  x.cut.owner = claims.shards[0].cut.owner;
  x.cut.number = claims.shards[0].cut.number + 1;
  shard_settled end{{0, 1}, joined.start_id, 1, 5, {}};
  end.event = shard_finished_chunking{};
  end.event->shard = {0, 1};
  end.event->start_id = joined.start_id;
  x.settled = end;
  std::vector<state_store::saved> saved;
  store->save({x}, saved);
  CAF_REQUIRE_EQUAL(saved.size(), 1u);
  CAF_CHECK(saved[0].finished);
  pass(6s);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  pass(1min);
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(C4 a bot that has no lease stops all the same) {
  begin({a});
  answer_all();
  flaky->away = true;
  pass(13s);
  restart();
  flaky->away = false;
  pass(2s);
  CAF_CHECK_EQUAL(greet_again().sent(6).size(), 1u);
  say(resumed(43));
  CAF_CHECK_EQUAL(identifies(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
