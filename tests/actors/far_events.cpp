#define CAF_SUITE actors_far_events

#include <algorithm>

#include "actors/event_hub.hpp"
#include "tests/support/two_nodes.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// Two processes that reach each other; the first one's listener hears of the
/// whole bot.
struct fixture : linked_nodes {
  fixture() {
    first.recorded_scope = scope::bot;
    for (auto x : {&first, &second})
      x->recorded = ~event_bit::guild_members_chunk;
    connect();
  }

  /// A request in the process that runs its shard, and its end.
  void end_one(cluster_node& x, snowflake guild) {
    x.post(ask_for::search(guild, "x", 5));
    run();
    answer(x, guild);
  }

  std::size_t ends_heard(cluster_node& x) { return x.finished_requests.size(); }
};

/// An event hub, and who listens to it.
struct hub_fixture : idle_fleet {
  hub_fixture() {
    recorded_scope = scope::bot;
    supervisor = nullptr;
    record(0); // sent nowhere
    listen(scope::bot);
    hub.set_source([this](std::uint32_t index) -> std::uint64_t {
      return awaits == index ? 5 : 0;
    });
  }

  void listen(scope whose) {
    subscribe_request wish;
    wish.listener = recorder;
    wish.events = ~0u;
    wish.scope = whose;
    hub.subscribe(wish);
  }

  shard_finished_chunking end_of(std::uint32_t shard) {
    shard_finished_chunking x;
    x.shard = {shard, 2};
    x.start_id = 7;
    return x;
  }

  void store_says(std::vector<shard_finished_chunking> ends, bool all = false) {
    joined_store x;
    x.start_id = 7;
    x.news = ++news;
    x.finished_shards = std::move(ends);
    if (all) {
      x.finished = finished_chunking{};
      x.finished->start_id = 7;
    }
    hub.take(x, at);
    sched.run();
  }

  void link_says(peer_event x) {
    hub.take(x, 5, at);
    sched.run();
  }

  event_hub hub{250ms, true};
  std::uint32_t awaits = 99;
  std::uint64_t news = 0;
  time_point at = time_point{} + 1h;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(far_events_tests, fixture)

CAF_TEST(C13 who listens to the bot hears of the shards of all) {
  end_one(second, there);
  CAF_CHECK_EQUAL(ends_heard(first), 1u);
  CAF_CHECK_EQUAL(ends_heard(second), 1u);
  end_one(first, here);
  CAF_CHECK_EQUAL(ends_heard(first), 2u);
  CAF_CHECK_EQUAL(ends_heard(second), 1u);
  // Not only of requests.
  auto resumes = first.resumes.size();
  for (auto& link : second.connections)
    if (!link->ended()) {
      link->end(4000);
      break;
    }
  pass(5s);
  CAF_CHECK_EQUAL(first.resumes.size(), resumes + 1);
  CAF_CHECK(!first.disconnects.empty());
  CAF_CHECK(first.missed.empty());
}

CAF_TEST(C9 what was told while there was no link is counted) {
  end_one(second, there);
  network.cut(first.host->address, second.host->address, true);
  pass(4s);
  end_one(second, there);
  end_one(second, there);
  network.cut(first.host->address, second.host->address, false);
  pass(4s);
  CAF_CHECK_EQUAL(ends_heard(first), 1u);
  CAF_REQUIRE_EQUAL(first.missed.size(), 1u);
  CAF_CHECK_EQUAL(first.missed[0].shard.index, shard_of(there, shards));
  CAF_CHECK_EQUAL(first.missed[0].shard.count, shards);
  CAF_CHECK_EQUAL(*first.missed[0].count, 2u);
  CAF_CHECK(first.missed[0].start_id != 0);
  // It goes on as before.
  end_one(second, there);
  CAF_CHECK_EQUAL(ends_heard(first), 2u);
  CAF_CHECK_EQUAL(first.missed.size(), 1u);
}

CAF_TEST(C9 nobody knows what a process told before it died) {
  second.die();
  pass(25s);
  CAF_REQUIRE_EQUAL(first.missed.size(), 2u);
  for (auto& x : first.missed)
    CAF_CHECK(!x.count);
  CAF_CHECK(second.missed.empty()); // it wants nothing of others
}

CAF_TEST(C9 what a shard told that moved while there was no link is counted) {
  network.cut(first.host->address, second.host->address, true);
  pass(4s);
  truth->drain(first.last_node(), true);
  pass(15s);
  CAF_CHECK_EQUAL(owned_by(second).size(), 4u);
  end_one(second, here);
  network.cut(first.host->address, second.host->address, false);
  pass(4s);
  auto told =
      std::find_if(first.missed.begin(), first.missed.end(), [&](auto& x) {
        return x.shard.index == shard_of(here, shards);
      });
  CAF_REQUIRE(told != first.missed.end());
  CAF_CHECK(*told->count >= 1); // it has been resumed there, too
}

CAF_TEST(C9 nobody has counted for who was held for dead) {
  end_one(second, there);
  first.frozen = true;
  pass(25s);
  end_one(second, there);
  first.thaw();
  pass(10s);
  CAF_REQUIRE(!first.missed.empty());
  CAF_CHECK_EQUAL(first.missed[0].shard.index, shard_of(there, shards));
  CAF_CHECK(!first.missed[0].count);
}

CAF_TEST(C9 who stops in order has nothing left to tell) {
  second.post(ask_for::search(there, "x", 5));
  run();
  caf::anon_send(second.supervisor, stop_request{});
  pass(15s);
  second.end();
  pass(10s);
  CAF_CHECK(first.missed.empty());
  CAF_REQUIRE_EQUAL(first.nodes_left.size(), 1u);
  CAF_CHECK_EQUAL(first.nodes_left[0].reason, "it has stopped");
}

CAF_TEST(C9 listeners hear who comes and goes) {
  CAF_REQUIRE_EQUAL(first.nodes_joined.size(), 1u);
  CAF_CHECK_EQUAL(first.nodes_joined[0].node, node_name(second.last_node()));
  CAF_CHECK_EQUAL(first.nodes_joined[0].address, "node2:1");
  CAF_CHECK_EQUAL(second.nodes_joined.size(), 1u);
  second.die();
  pass(25s);
  CAF_REQUIRE_EQUAL(first.nodes_left.size(), 1u);
  CAF_CHECK_EQUAL(first.nodes_left[0].node, node_name(second.last_node()));
  CAF_CHECK_EQUAL(first.nodes_left[0].reason,
                  "it has ended, or is held for dead");
}

CAF_TEST(C13 what nobody wants does not cross) {
  auto before = network.brought();
  end_one(first, here); // the second one's listener wants its own
  CAF_CHECK_EQUAL(network.brought(), before);
  first.kill(first.recorder);
  run();
  before = network.brought();
  end_one(second, there);
  CAF_CHECK_EQUAL(network.brought(), before);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(far_order_tests, hub_fixture)

CAF_TEST(C9 E4 an E2 waits for what its process told before) {
  awaits = 1;
  store_says({end_of(0), end_of(1)}, true);
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 0"}));
  peer_event x;
  x.request = chunk_request_finished{};
  x.request->shard = {1, 2};
  x.request->nonce = "n";
  link_says(x);
  peer_event end;
  end.startup = end_of(1);
  end.startup->at = hub_fixture::end_of(1).at;
  link_says(end);
  CAF_REQUIRE_EQUAL(order.size(), 4u);
  CAF_CHECK_EQUAL(order[2], "E2 1");
  CAF_CHECK_EQUAL(order[3], "E3");
}

CAF_TEST(C9 an E2 waits for 5 s at most) {
  awaits = 1;
  store_says({end_of(1)}, true);
  CAF_CHECK_EQUAL(hub.due(), at + 5s);
  at += 5s - 1ms;
  hub.release(at);
  sched.run();
  CAF_CHECK(order.empty());
  at += 1ms;
  hub.release(at);
  sched.run();
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 1", "E3"}));
  CAF_CHECK_EQUAL(hub.due(), never);
}

CAF_TEST(C9 E4 an E1 that comes behind its E2 is counted instead) {
  auto last = end_of(1);
  awaits = 1;
  store_says({last});
  at += 5s;
  hub.release(at);
  peer_event x;
  auto ends = [&](const std::string& nonce) {
    x.request = chunk_request_finished{};
    x.request->shard = {1, 2};
    x.request->nonce = nonce;
    link_says(x);
  };
  ends("a");
  ends("b");
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 1"}));
  CAF_REQUIRE_EQUAL(missed.size(), 2u);
  CAF_CHECK_EQUAL(missed[0].shard.index, 1u);
  CAF_CHECK_EQUAL(*missed[0].count, 1u);
  // What is behind it is told.
  peer_event end;
  end.startup = last;
  link_says(end);
  ends("c");
  CAF_CHECK_EQUAL(order.size(), 2u);
  CAF_CHECK_EQUAL(missed.size(), 2u);
}

CAF_TEST(C9 E4 only who was waited for is too late) {
  awaits = 1;
  store_says({end_of(1)});
  at += 5s;
  hub.release(at);
  awaits = 99; // its link is lost
  hub.release(at);
  awaits = 1;
  peer_event x;
  x.request = chunk_request_finished{};
  x.request->shard = {1, 2};
  x.request->nonce = "n";
  link_says(x);
  CAF_CHECK_EQUAL(order.size(), 2u);
  CAF_CHECK(missed.empty());
}

CAF_TEST(C9 an E2 does not wait for a link that is lost) {
  awaits = 1;
  store_says({end_of(1)});
  awaits = 99;
  hub.release(at);
  sched.run();
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 1"}));
}

CAF_TEST(C9 E2 what the link tells first is not told again by the store) {
  auto end = end_of(1);
  store_says({}); // the start is known
  peer_event x;
  x.startup = end;
  link_says(x);
  store_says({end}, true);
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 1", "E3"}));
  // Of another start the store knows more.
  x.startup->start_id = 8;
  link_says(x);
  CAF_CHECK_EQUAL(order.size(), 2u);
}

CAF_TEST(C5 an E1 that another process has told is not told again) {
  peer_event x;
  x.request = chunk_request_finished{};
  x.request->shard = {1, 2};
  x.request->nonce = "n";
  link_says(x);
  link_says(x);
  CAF_CHECK_EQUAL(order.size(), 1u);
  // Its shard has come here: who listens to this process has not heard it.
  hub.tell(*x.request, at);
  sched.run();
  CAF_CHECK_EQUAL(order.size(), 1u);
  listen(scope::node);
  hub.tell(*x.request, at);
  sched.run();
  CAF_CHECK_EQUAL(order.size(), 2u);
  CAF_CHECK_EQUAL(hub.told(1, at).size(), 2u);
  hub.expire(at + 6min);
  CAF_CHECK(hub.told(1, at + 6min).empty());
}

CAF_TEST(C9 E2 an older E2 that is read late is not told) {
  auto old = end_of(1);
  auto late = old;
  late.missed_guild_ids = {a};
  store_says({old});
  peer_event x;
  x.startup = late;
  link_says(x);
  awaits = 1;
  store_says({old}); // read before the link said more
  store_says({late}, true);
  hub.release(at + 6s);
  sched.run();
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 1", "E2 1", "E3"}));
  CAF_CHECK(finished_shards.back() == late);
}

CAF_TEST(C9 E2 an older E2 that the link brings late is not told) {
  auto old = end_of(1);
  auto late = old;
  late.missed_guild_ids = {a};
  store_says({old});
  store_says({late});
  peer_event x;
  x.startup = old;
  link_says(x);
  CAF_CHECK_EQUAL(order.size(), 2u);
  CAF_CHECK(finished_shards.back() == late);
}

CAF_TEST(C13 E6 the progress of the bot is the sum of its processes) {
  shard_progress mine;
  mine.figures.guilds = 3;
  mine.figures.guilds_complete = 1;
  hub.begin({0}, {}, at);
  hub.progress(mine, at);
  peer_event x;
  x.progress = chunking_progress{};
  x.progress->guilds = 5;
  x.progress->guilds_complete = 2;
  link_says(x);
  hub.publish_progress(at);
  sched.run();
  CAF_REQUIRE_EQUAL(progress.size(), 1u);
  CAF_CHECK_EQUAL(progress[0].guilds, 8u);
  CAF_CHECK_EQUAL(progress[0].guilds_complete, 3u);
  hub.forget(5);
  hub.publish_progress(at);
  sched.run();
  CAF_CHECK_EQUAL(progress.back().guilds, 3u);
}

CAF_TEST_FIXTURE_SCOPE_END()
