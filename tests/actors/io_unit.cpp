#define CAF_SUITE actors_io_unit

#include "actors/io_unit.hpp"

#include <random>
#include <thread>

#include "app/simulator/compressor.hpp"
#include "tests/support/fleet.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

struct fixture : fleet {
  fixture() { unit = std::make_shared<io_unit>(sys); }

  /// Heartbeats that a shard has sent.
  std::size_t beats(std::uint32_t shard = 0) {
    return link(shard).sent(1).size();
  }

  bool idle() { return sched.jobs.empty(); }
};

/// A heartbeat request that takes about so many bytes when it is compressed.
std::string long_request(std::size_t size) {
  std::minstd_rand random{3};
  std::string filling;
  while (filling.size() < size * 4 / 3)
    filling += static_cast<char>('0' + random() % 64);
  for (auto& c : filling)
    if (c == '\\')
      c = '"' + 1;
  return R"({"op":1,"d":null,"x":")" + filling + "\"}";
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(io_unit_tests, fixture)

CAF_TEST(a shard reads a frame on the thread that brings it) {
  unit->bind();
  begin({a});
  auto before = beats();
  link().say(heartbeat_request());
  CAF_CHECK_EQUAL(beats(), before + 1); // and no worker has run
  CAF_CHECK(idle());
  // So does the request whose chunk it is; the supervisor does not.
  link().say(chunk(a, last_nonce(), 0, 1));
  CAF_CHECK(finished_requests.empty());
  CAF_CHECK(!idle());
  sched.run();
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(frames keep their order when the shard is busy elsewhere) {
  unit->bind();
  begin({a}, 5);
  auto nonce = last_nonce();
  auto who = listener(for_members());
  std::thread{[&] { link().say(chunk(a, nonce, 0, 100)); }}.join();
  for (int i = 1; i < 100; ++i)
    link().say(chunk(a, nonce, i, 100));
  CAF_CHECK(finished_requests.empty());
  sched.run();
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
  for (std::uint32_t i = 0; i < 100; ++i)
    (*who)->receive([i](const guild_members_chunk& x) {
      CAF_CHECK_EQUAL(x.chunk_index, i);
    });
}

CAF_TEST(other threads leave the shard to the scheduler) {
  begin({a});
  auto before = beats();
  link().say(heartbeat_request());
  CAF_CHECK_EQUAL(beats(), before); // nothing is bound
  sched.run();
  CAF_CHECK_EQUAL(beats(), before + 1);
  unit->bind();
  std::thread{[this] { link().say(heartbeat_request()); }}.join();
  CAF_CHECK_EQUAL(beats(), before + 1);
  sched.run();
  CAF_CHECK_EQUAL(beats(), before + 2);
}

CAF_TEST(B1 listeners never run on it) {
  unit->bind();
  begin({a});
  int heard = 0;
  auto slow = sys.spawn([&heard](caf::event_based_actor*) -> caf::behavior {
    return {[&heard](const guild_members_chunk&) { ++heard; }};
  });
  auto wish = for_members();
  wish.listener = slow;
  send(wish);
  link().say(chunk(a, last_nonce(), 0, 2));
  CAF_CHECK_EQUAL(heard, 0);
  sched.run();
  CAF_CHECK_EQUAL(heard, 1);
  kill(slow);
}

CAF_TEST(what is long to unpack has a processor of its own in company) {
  values.compress = compression::zlib;
  unit->bind();
  start(2);
  sim::compressor first{sim::packing::zlib_stream};
  sim::compressor second{sim::packing::zlib_stream};
  std::string bytes;
  auto say = [&](std::uint32_t shard, std::string_view text) {
    (shard == 0 ? first : second).encode(text, bytes);
    link(shard).say_binary(bytes);
  };
  /// Whether it is read at once.
  auto at_once = [&](std::uint32_t shard, std::size_t size) {
    auto before = beats(shard);
    say(shard, long_request(size));
    auto result = beats(shard) == before + 1;
    sched.run();
    CAF_CHECK_EQUAL(beats(shard), before + 1);
    return result;
  };
  for (std::uint32_t shard = 0; shard < 2; ++shard) {
    link(shard).opened();
    say(shard, hello(41'250ms));
    sched.run();
    pass(6s);
    say(shard, ready({guild(1, shard)}));
    sched.run();
  }
  CAF_CHECK(at_once(0, 100'000)); // as the only one
  CAF_CHECK(at_once(0, 100'000));
  CAF_CHECK(!at_once(0, 400'000));
  CAF_CHECK(!at_once(1, 100'000));
  CAF_CHECK(!at_once(0, 100'000));
  CAF_CHECK(at_once(0, 5'000));
  CAF_CHECK(at_once(1, 5'000));
}

CAF_TEST_FIXTURE_SCOPE_END()
