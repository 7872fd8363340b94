#define CAF_SUITE actors_far_members

#include <algorithm>

#include "tests/support/two_nodes.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// Two processes that reach each other. What the second one's shards bring is
/// wanted in the first.
struct fixture : linked_nodes {
  fixture() {
    first.recorded_scope = scope::bot;
    connect();
    // These let go of what they have heard.
    auto wish = fleet::for_members(1 << 20);
    wish.listener = second.sys.spawn([this](caf::event_based_actor*) {
      return caf::behavior{[this](const guild_members_chunk&) { ++near; }};
    });
    second.send(wish);
    send(first, wish, first.sys.spawn([this](caf::event_based_actor*) {
      return caf::behavior{[this](const guild_members_chunk& x) {
        int n = 0;
        for (member_cursor all{x.members}; all.next();)
          ++n;
        far.push_back({x.guild_id, x.shard.index, x.chunk_index, n});
      }};
    }));
    here = guild_of(first);
    there = guild_of(second);
    other = second.guild(1, *owned_by(second).rbegin());
  }

  /// The open connection of the guild's shard.
  scripted_connection& link_of(cluster_node& x, snowflake guild) {
    scripted_connection* result = nullptr;
    auto session = "s" + std::to_string(shard_of(guild, shards));
    for (auto& link : x.connections) {
      for (auto& d : link->sent(2))
        if ("s" + d["shard"][0].dump() == session && !link->ended())
          result = link.get();
      for (auto& d : link->sent(6)) // it has moved
        if (d["session_id"] == session && !link->ended())
          result = link.get();
    }
    CAF_REQUIRE(result != nullptr);
    return *result;
  }

  /// Says it, and runs no more than that process.
  void say(snowflake guild, const std::string& text) {
    link_of(second, guild).say(text);
    second.sched.run();
  }

  /// Some chunk that nobody asked for: so many members of about 600 bytes.
  std::string members(snowflake guild, int count, int index = 0) {
    return chunk(guild, "theirs" + to_string(guild), index, 1000, count);
  }

  void send(cluster_node& x, subscribe_request wish, caf::actor who) {
    wish.scope = scope::bot;
    wish.listener = std::move(who);
    x.send(wish);
    run();
  }

  /// A listener of the first process that is slow.
  std::unique_ptr<caf::scoped_actor> slow(std::uint64_t bound,
                                          overflow on_overflow) {
    auto result = std::make_unique<caf::scoped_actor>(first.sys);
    send(first, fleet::for_members(bound, on_overflow),
         caf::actor{result->ptr()});
    return result;
  }

  /// One that has so much waiting that the end of a request waits behind it.
  std::unique_ptr<caf::scoped_actor> fall_behind() {
    auto result = slow(1 << 20, overflow::stop_reading);
    for (int i = 0; i < 16; ++i) {
      say(there, members(there, 200, i));
      run();
    }
    second.post(ask_for::search(there, "x", 5));
    run();
    answer(second, there);
    CAF_CHECK(first.finished_requests.empty());
    return result;
  }

  /// It catches up; gives what it has heard.
  int drain(caf::scoped_actor& x) {
    int result = 0;
    for (auto more = 1; more > 0; result += more) {
      more = first.drain(x);
      run();
    }
    return result;
  }

  /// Chunks heard by who listens to the second process there.
  std::size_t near = 0;
  struct heard {
    snowflake guild;
    std::uint32_t shard;
    std::uint32_t index;
    int members;
  };
  /// By who listens to the whole bot in the first.
  std::vector<heard> far;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(far_members_tests, fixture)

CAF_TEST(C13 E5 members of another process are heard) {
  second.post(ask_for::search(there, "x", 5));
  run();
  answer(second, there);
  CAF_REQUIRE_EQUAL(far.size(), 1u);
  CAF_CHECK_EQUAL(far[0].guild, there);
  CAF_CHECK_EQUAL(far[0].shard, shard_of(there, shards));
  CAF_CHECK_EQUAL(far[0].members, 3);
  CAF_CHECK(first.missed.empty());
}

CAF_TEST(C13 E5 who listens to its process hears nothing of others) {
  say(there, members(there, 3));
  link_of(first, here).say(members(here, 3));
  run();
  CAF_CHECK_EQUAL(far.size(), 2u);
  CAF_CHECK_EQUAL(near, 1u);
}

CAF_TEST(C13 E7 dispatches of another process are heard by name) {
  std::vector<std::string> heard;
  subscribe_request wish;
  wish.events = 0;
  wish.dispatches = {"MESSAGE_CREATE"};
  auto who = first.sys.spawn([&](caf::event_based_actor*) {
    return caf::behavior{[&](const muster::dispatch& x) {
      heard.push_back(x.name + ' ' + std::string{x.payload.view()});
    }};
  });
  send(first, wish, who);
  auto before = network.brought();
  say(there, muster::test::dispatch("TYPING_START", 50, R"({"a":1})"));
  run();
  CAF_CHECK_EQUAL(network.brought(), before);
  say(there,
      muster::test::dispatch("MESSAGE_CREATE", 51, R"({"content":"x"})"));
  run();
  CAF_CHECK_EQUAL(
      heard, std::vector<std::string>{R"(MESSAGE_CREATE {"content":"x"})"});
  // Nobody wants it any longer.
  first.kill(who);
  run();
  before = network.brought();
  say(there,
      muster::test::dispatch("MESSAGE_CREATE", 52, R"({"content":"y"})"));
  run();
  CAF_CHECK_EQUAL(network.brought(), before);
}

CAF_TEST(C13 E5 members come before the end of their request) {
  std::string heard;
  auto wish = fleet::for_members();
  wish.events |= event_bit::chunk_request_finished;
  auto who = first.sys.spawn([&](caf::event_based_actor*) {
    return caf::behavior{[&](const guild_members_chunk& x) {
                           heard += std::to_string(x.chunk_index);
                         },
                         [&](const chunk_request_finished&) { heard += 'e'; }};
  });
  send(first, wish, who);
  for (int round = 0; round < 2; ++round) {
    second.post(ask_for::search(there, "x", 5));
    run();
    auto nonce = second.last_nonce();
    // More than there is credit for at once.
    for (int i = 0; i < 4; ++i)
      say(there, chunk(there, nonce, i, 4, 500));
    run();
  }
  CAF_CHECK_EQUAL(heard, "0123e0123e");
  CAF_CHECK(first.missed.empty());
}

CAF_TEST(B1 C13 a slow listener stops what it chose to stop) {
  auto x = slow(1 << 20, overflow::stop_reading);
  int said = 0;
  while (second.figures().reading_pauses == 0 && said < 50) {
    say(there, members(there, 200, said++));
    run();
  }
  CAF_CHECK(said > 10);
  CAF_CHECK(said < 30);
  // What is held is held there.
  auto held = second.figures().listener_bytes;
  CAF_CHECK(held > 1 << 20);
  // The process there goes on, and so do its other shards here.
  CAF_CHECK_EQUAL(near, static_cast<std::size_t>(said));
  auto chunks = far.size();
  CAF_CHECK(chunks < static_cast<std::size_t>(said));
  second.post(ask_for::search(other, "x", 5));
  run();
  answer(second, other);
  CAF_CHECK_EQUAL(far.size(), chunks + 1);
  CAF_CHECK_EQUAL(first.finished_requests.size(), 1u);
  // Nothing is lost when it goes on.
  CAF_CHECK_EQUAL(drain(*x), said + 1);
  CAF_CHECK_EQUAL(far.size(), static_cast<std::size_t>(said + 1));
  CAF_CHECK_EQUAL(second.figures().listener_bytes, 0u);
  say(there, members(there, 3, said));
  run();
  CAF_CHECK_EQUAL(drain(*x), 1);
}

CAF_TEST(B1 C13 a slow listener that drops stops nothing) {
  auto x = slow(300'000, overflow::drop);
  for (int i = 0; i < 30; ++i) {
    say(there, members(there, 200, i));
    run();
  }
  CAF_CHECK_EQUAL(second.figures().reading_pauses, 0u);
  CAF_CHECK_EQUAL(far.size(), 30u);
  CAF_CHECK_EQUAL(near, 30u);
  auto dropped = first.figures().dropped_events;
  CAF_CHECK(dropped > 20);
  CAF_CHECK_EQUAL(static_cast<std::uint64_t>(drain(*x)), 30 - dropped);
}

CAF_TEST(B1 C13 a slow listener that ends stops nothing more) {
  auto x = slow(1 << 20, overflow::stop_reading);
  for (int i = 0; i < 25; ++i) {
    say(there, members(there, 200, i));
    run();
  }
  CAF_CHECK(second.figures().reading_pauses > 0);
  CAF_CHECK(far.size() < 25u);
  x.reset();
  run();
  CAF_CHECK_EQUAL(far.size(), 25u);
  CAF_CHECK_EQUAL(near, 25u);
}

CAF_TEST(C13 C9 what a link had under way is lost with it and told) {
  say(there, members(there, 900));
  network.run_some(3); // some pieces of it
  lose_link();
  pass(4s);
  CAF_CHECK(far.empty());
  CAF_REQUIRE(!first.missed.empty());
  CAF_CHECK(std::any_of(first.missed.begin(), first.missed.end(), [&](auto& x) {
    return x.shard.index == shard_of(there, shards) && !x.count;
  }));
  CAF_CHECK_EQUAL(second.figures().listener_bytes, 0u);
  // It begins anew, with nothing of before.
  say(there, members(there, 900, 1));
  run();
  CAF_REQUIRE_EQUAL(far.size(), 1u);
  CAF_CHECK_EQUAL(far[0].index, 1u);
  CAF_CHECK_EQUAL(far[0].members, 900);
}

CAF_TEST(C13 nobody is read less while there is no link) {
  auto x = slow(1000, overflow::stop_reading);
  network.cut(first.host->address, second.host->address, true);
  pass(4s);
  for (int i = 0; i < 5; ++i)
    say(there, members(there, 200, i));
  CAF_CHECK_EQUAL(near, 5u);
  CAF_CHECK_EQUAL(second.figures().reading_pauses, 0u);
}

CAF_TEST(C9 C13 events behind members that are lost are counted) {
  auto x = fall_behind();
  CAF_CHECK_EQUAL(second.finished_requests.size(), 1u);
  lose_link();
  pass(4s);
  CAF_CHECK(first.finished_requests.empty());
  CAF_CHECK(std::any_of(first.missed.begin(), first.missed.end(), [&](auto& y) {
    return y.shard.index == shard_of(there, shards) && y.count
           && *y.count >= 1u;
  }));
}

CAF_TEST(C9 C13 who stops in order says what is small and that there was more) {
  auto x = fall_behind();
  caf::anon_send(second.supervisor, stop_request{});
  for (int i = 0; i < 20; ++i) {
    second.live(500ms);
    run();
  }
  CAF_CHECK_EQUAL(first.finished_requests.size(),
                  2u); // also of the foreign one
  CAF_REQUIRE(!first.missed.empty());
  CAF_CHECK_EQUAL(first.missed[0].shard.index, shard_of(there, shards));
  CAF_CHECK(!first.missed[0].count);
}

CAF_TEST_FIXTURE_SCOPE_END()
