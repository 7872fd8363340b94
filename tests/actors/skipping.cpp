#define CAF_SUITE actors_skipping

#include "app/simulator/compressor.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

struct fixture : fleet {
  fixture() { values.max_payload = 10'000; }

  /// A chunk of too many members.
  std::string large(std::uint64_t seq) {
    return chunk({.guild = a, .nonce = last_nonce(), .members = 1000}, seq);
  }

  /// The gateway compresses a chunk that is too large, in one message or two
  /// pieces, and then others.
  void skip_compressed(compression ours, sim::packing theirs) {
    values.compress = ours;
    auto& gateway = start_with({a});
    sim::compressor zip{theirs};
    auto pack = [&](const std::string& text) {
      std::string bytes;
      zip.encode(text, bytes);
      return bytes;
    };
    gateway.say_binary(pack(guild_create(a, 2000)));
    sched.run();
    gateway.say_binary(pack(large(5)));
    auto bytes = pack(large(6));
    gateway.say_piece(bytes.substr(0, 1000));
    gateway.say_binary(bytes.substr(1000));
    sched.run();
    CAF_CHECK(!gateway.ended());
    CAF_CHECK_EQUAL(figures().malformed, 2u);
    gateway.say_binary(pack(chunk(a, last_nonce(), 0, 1, 5, 7)));
    sched.run();
    CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  }

  /// The sequence number that a resume gives.
  std::uint64_t resumed_with() {
    auto& next = reconnect();
    sched.run();
    auto all = next.sent(6);
    CAF_REQUIRE_EQUAL(all.size(), 1u);
    return all[0]["seq"].get<std::uint64_t>();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(skipping_tests, fixture)

CAF_TEST(F2 a payload above the bound costs that payload only) {
  auto& gateway = begin({a}, 2000);
  auto text = large(5);
  CAF_REQUIRE(text.size() > values.max_payload);
  gateway.say_skipped(text.substr(0, connection::head_size), text.size());
  sched.run();
  CAF_CHECK(!gateway.ended());
  CAF_CHECK_EQUAL(figures().malformed, 1u);
  // What comes after it is taken, and its number is not asked for again.
  say(chunk(a, last_nonce(), 0, 1, 5, 6));
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  gateway.say_skipped(large(9).substr(0, connection::head_size), 1 << 30);
  gateway.end(0);
  sched.run();
  CAF_CHECK_EQUAL(resumed_with(), 9u);
}

CAF_TEST(F2 a skipped payload without a head is counted) {
  auto& gateway = start_with({});
  gateway.say_skipped("", 1 << 30);
  gateway.say_skipped("\xff{[\"", 1 << 30);
  sched.run();
  CAF_CHECK(!gateway.ended());
  CAF_CHECK_EQUAL(figures().malformed, 2u);
}

CAF_TEST(F2 a compressed payload above the bound leaves zlib good) {
  skip_compressed(compression::zlib, sim::packing::zlib_stream);
}

CAF_TEST(F2 a compressed payload above the bound leaves zstd good) {
  skip_compressed(compression::zstd, sim::packing::zstd_stream);
}

CAF_TEST_FIXTURE_SCOPE_END()
