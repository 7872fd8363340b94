#define CAF_SUITE system_slow_listeners

#include "tests/support/wire_bot.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "net/connection.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
using ask_for = guild_members_request;

namespace {

/// What callbacks wait for; opened at the end of a test, however it ends.
class barrier {
public:
  barrier() = default;
  ~barrier() { open(); }

  void open() {
    std::lock_guard guard{mutex_};
    open_ = true;
    changed_.notify_all();
  }

  void wait() {
    std::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return open_; });
  }

  /// Waits so long at the most.
  void wait_for(std::chrono::milliseconds time) {
    std::unique_lock guard{mutex_};
    changed_.wait_for(guard, time, [this] { return open_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

/// One shard with 160 chunks of 150 kB, or a bit more: 24 MB in 8 guilds.
sim::options heavy_world() {
  auto x = small_world();
  x.shards = 1;
  x.guilds = 8;
  x.members = 5000;
  x.chunk_size = 250;
  x.heartbeat_interval = 200ms * slowness;
  return x;
}

constexpr std::uint64_t chunks_of_guild = 20;
constexpr std::uint64_t all_chunks = 160;
constexpr std::uint64_t all_members = 40'000;
constexpr std::size_t chunk_bytes = 150'000;

settings settings_for_heavy(const sim::simulator& world) {
  auto x = settings_for(world, heavy_world().heartbeat_interval);
  x.compress = compression::none;
  return x;
}

/// Heartbeats since it was made, against those that were due.
class pulse {
public:
  explicit pulse(const sim::simulator& gateway)
      : gateway_(gateway), began_(std::chrono::steady_clock::now()),
        first_(gateway.counts().heartbeats) {}

  std::uint64_t beats() const { return gateway_.counts().heartbeats - first_; }

  /// The gateway itself closes after a gap of two and a half intervals, so
  /// what is left to check is that they come as often as they should, by and
  /// large: each may be late by as much again on a busy machine.
  bool regular(std::chrono::milliseconds interval) const {
    auto due = (std::chrono::steady_clock::now() - began_) / interval;
    return 2 * beats() + 2 >= static_cast<std::uint64_t>(due);
  }

private:
  const sim::simulator& gateway_;
  std::chrono::steady_clock::time_point began_;
  std::uint64_t first_;
};

/// No connection was lost, and nothing was asked twice.
void must_be_undisturbed(const wire_bot& bot, const sim::simulator& gateway) {
  auto counts = gateway.counts();
  CAF_CHECK(bot.disconnects.empty());
  CAF_CHECK(counts.closes_by_gateway.empty());
  CAF_CHECK_EQUAL(counts.identifies.size(), 1u);
  CAF_CHECK_EQUAL(counts.resumes, 0u);
  CAF_CHECK_EQUAL(counts.requests, 8u);
}

} // namespace

CAF_TEST(B1 a stuck and a slow callback delay neither heartbeats nor others) {
  auto world = heavy_world();
  sim::simulator gateway{world};
  auto ids = gateway.guild_ids();
  auto values = settings_for_heavy(gateway);
  values.auto_chunk = false;
  // Far more than a guild has, and half of what all have.
  values.listener_bound = all_chunks / 2 * chunk_bytes;
  values.on_overflow = overflow::drop;
  // With two threads for all of muster's actors. The bot's own listener is the
  // healthy one.
  wire_bot bot{values, "wire.token", 2};
  std::atomic<std::uint64_t> stuck{0}, slow{0};
  barrier end;
  bot.bot->on([&](const guild_members_chunk&) {
    ++stuck;
    end.wait();
  });
  bot.bot->on([&](const guild_members_chunk&) {
    ++slow;
    end.wait_for(100ms);
  });
  bot.start();
  CAF_REQUIRE(bot.wait([&] { return !bot.readies.empty(); }));
  pulse heart{gateway};
  // The next guild is asked for when the healthy one has all of the last, so
  // that it is never behind by as much as the bound.
  std::uint64_t expected = 0;
  for (auto id : ids) {
    auto answer = bot.ask(ask_for::whole_list(id));
    CAF_REQUIRE(answer);
    CAF_CHECK(answer->outcome == outcome::complete);
    expected += chunks_of_guild;
    CAF_REQUIRE(bot.wait([&] { return bot.streamed_chunks == expected; }));
  }
  CAF_REQUIRE(bot.poll([&] { return heart.beats() >= 8; }));
  CAF_CHECK(heart.regular(world.heartbeat_interval));
  auto figures = bot.figures();
  CAF_CHECK(figures.dropped_events > 0);
  CAF_CHECK_EQUAL(figures.reading_pauses, 0u);
  // What is held is held for two.
  CAF_CHECK(figures.listener_bytes > values.listener_bound / 2);
  CAF_CHECK(figures.listener_bytes <= 2 * values.listener_bound);
  CAF_CHECK_EQUAL(stuck.load(), 1u);
  end.open();
  bot.stop();
  must_be_undisturbed(bot, gateway);
  // Each chunk was delivered, or dropped and counted.
  CAF_CHECK_EQUAL(bot.streamed_chunks, all_chunks);
  CAF_CHECK_EQUAL(bot.streamed_members, all_members);
  CAF_CHECK(stuck.load() < all_chunks);
  auto delivered = stuck.load() + slow.load();
  CAF_CHECK_EQUAL(delivered + figures.dropped_events, 2 * all_chunks);
}

CAF_TEST(B1 reading stops for a stuck callback and heartbeats go on) {
  auto world = heavy_world();
  sim::simulator gateway{world};
  auto values = settings_for_heavy(gateway);
  values.listener_bound = 1'000'000;
  values.on_overflow = overflow::stop_reading;
  wire_bot bot{values, "wire.token", 2};
  std::atomic<std::uint64_t> stuck{0};
  barrier end;
  bot.bot->on([&](const guild_members_chunk&) {
    ++stuck;
    end.wait();
  });
  bot.start();
  CAF_REQUIRE(bot.poll([&] { return bot.figures().reading_pauses == 1; }));
  pulse heart{gateway};
  CAF_REQUIRE(bot.poll([&] { return heart.beats() >= 8; }));
  CAF_CHECK(heart.regular(world.heartbeat_interval));
  // The gateway is kept waiting, and what is held is what had been read.
  CAF_CHECK(gateway.counts().chunks < all_chunks);
  auto figures = bot.figures();
  CAF_CHECK(figures.listener_bytes > values.listener_bound);
  CAF_CHECK(figures.listener_bytes <= values.listener_bound
                                          + connection::read_window
                                          + 4 * chunk_bytes);
  CAF_CHECK_EQUAL(figures.dropped_events, 0u);
  CAF_CHECK(bot.wait([&] { return bot.streamed_chunks < all_chunks; }));
  CAF_CHECK(bot.wait([&] { return bot.finished.empty(); }));
  CAF_CHECK_EQUAL(stuck.load(), 1u);
  end.open();
  CAF_REQUIRE(bot.wait_for_finish());
  bot.stop();
  must_be_undisturbed(bot, gateway);
  CAF_CHECK_EQUAL(bot.finished[0].members, all_members);
  CAF_CHECK_EQUAL(bot.streamed_chunks, all_chunks);
  CAF_CHECK_EQUAL(bot.streamed_members, all_members);
  CAF_CHECK_EQUAL(stuck.load(), all_chunks);
}
