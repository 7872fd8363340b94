#define CAF_SUITE actors_failovers

#include "actors/event_hub.hpp"
#include "tests/support/line_of_processes.hpp"
#include "tests/support/lineage_store.hpp"
#include "tests/support/store_session.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/two_nodes.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// A process on a store that fails over, as a PostgreSQL server does.
struct fixture : line_of_processes {
  fixture() {
    auto seen = std::make_shared<lineage_store>(
        std::make_shared<store_session>(
            truth, [&s = sched] { return s.clock().now(); }),
        [](unsigned n) { return n - 1; });
    seen->calm = true;
    store = seen;
  }

  void listen_to_hub(std::uint32_t events) {
    subscribe_request wish;
    wish.listener = recorder;
    wish.events = events;
    hub.subscribe(wish);
  }

  /// One that no supervisor has.
  event_hub hub{1s};
  std::shared_ptr<cluster_store> truth = std::make_shared<cluster_store>(
      [&s = sched] { return caf::timestamp{since_start(s)}; },
      [&s = sched] { return since_start(s); });

private:
  /// Asked also when this fixture is gone and what it is made of is not.
  template <class Scheduler>
  static caf::timespan since_start(Scheduler& s) {
    return s.clock().now().time_since_epoch();
  }
};

/// Something happens right after a process has joined.
class eventful_store final : public memory_store {
public:
  using memory_store::memory_store;

  caf::error join(const join_store& x, joined_store& out) override {
    auto error = memory_store::join(x, out);
    if (auto f = std::exchange(then, nullptr))
      f();
    return error;
  }

  std::function<void()> then;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(failover_tests, fixture)

CAF_TEST(C3 after a failover nothing is connected for a node timeout) {
  begin({a});
  answer(a);
  pass(2s); // it is saved
  truth->fail_over(0);
  pass(5s);
  CAF_CHECK(link().ended());
  pass(9s);
  CAF_CHECK_EQUAL(connections.size(), 1u);
  pass(7s);
  CAF_REQUIRE_EQUAL(connections.size(), 2u);
  CAF_CHECK_EQUAL(greet_again().sent(6).size(), 1u);
  say(resumed(43));
  CAF_CHECK_EQUAL(identifies(), 1u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(C3 C7 identifies of others that count as lost ones are waited for) {
  begin({a});
  CAF_CHECK_EQUAL(identifies(), 1u);
  auto asked = lookups;
  truth->fail_over(truth->commits());
  pass(10s);
  CAF_CHECK(link().ended());
  // Another process has waited, and is as far as this one was before.
  joined_store joined;
  identify_claimed claimed;
  truth->adopt({99, 1, 1, values.intents, {0}, 15s}, joined);
  truth->claim_identify({0, 0, 1000, 0}, claimed);
  CAF_CHECK(claimed.granted);
  CAF_CHECK_EQUAL(claimed.counter, 1u);
  truth->leave({99, {}});
  pass(2s);
  CAF_REQUIRE_EQUAL(connections.size(), 2u);
  greet_again();
  pass(3s);
  CAF_CHECK_EQUAL(identifies(), 1u);
  pass(5s);
  CAF_CHECK_EQUAL(identifies(), 2u);
  CAF_CHECK_EQUAL(lookups, asked + 1); // the budget is read anew
}

CAF_TEST(C3 C8 news of a store that has lost some are told) {
  begin({a});
  listen_to_hub(event_bit::finished_chunking);
  auto now = sched.clock().now();
  joined_store x;
  x.start_id = 7;
  x.news = 9;
  hub.begin({0}, x, now);
  x.news = 2;
  hub.begin({0}, x, now);
  x.news = 3;
  x.finished = finished_chunking{7, 1, 1, 1};
  hub.take(x, now);
  sched.run();
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(C3 C5 a start that comes back is not told again) {
  begin({a});
  listen_to_hub(event_bit::shard_finished_chunking);
  auto now = sched.clock().now();
  shard_finished_chunking end;
  end.start_id = 7;
  joined_store x{7, {end}, {}, 2}, other{9, {}, {}, 3};
  hub.begin({0}, x, now);
  hub.begin({0}, other, now);
  hub.begin({0}, x, now);
  sched.run();
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  // But to who comes late.
  anon_send_exit(recorder, caf::exit_reason::user_shutdown);
  sched.run();
  record(0);
  listen_to_hub(event_bit::shard_finished_chunking);
  sched.run();
  CAF_CHECK_EQUAL(finished_shards.size(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(rejoin_tests, two_nodes)

CAF_TEST(C8 what ends between a join and the first renewal is told) {
  auto store =
      std::make_shared<eventful_store>([this] { return caf::timestamp{now}; });
  truth = store;
  first.values.first_response_timeout = 1h;
  begin(first);
  for (std::uint32_t i = 0; i < shards; ++i)
    for (auto& link : first.connections)
      for (auto& d : link->sent(2))
        if (d["shard"][0] == i)
          link->say(guild_create(first.guild(1, i), 5));
  second.values.cluster.weight = 0;
  begin(second);
  pass(20s);
  CAF_CHECK(second.finished.empty());
  second.frozen = true;
  pass(20s); // it is marked as dead
  store->then = [this] {
    for (std::uint32_t i = 0; i < shards; ++i)
      for (auto& link : first.connections)
        for (auto& d : link->sent(8))
          if (fleet::guild_asked(d) == first.guild(1, i) && !link->ended())
            link->say(chunk(first.guild(1, i), d["nonce"].get<std::string>(), 0,
                            1, 3));
    first.sched.run();
  };
  second.thaw();
  pass(10s);
  CAF_CHECK(!store->then);
  CAF_CHECK_EQUAL(first.finished.size(), 1u);
  CAF_CHECK_EQUAL(second.finished.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
