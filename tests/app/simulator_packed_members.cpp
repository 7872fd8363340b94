#define CAF_SUITE app_simulator_packed_members

#include "app/simulator/packed_members.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::sim;

namespace {

constexpr std::size_t plenty = std::size_t{1} << 30;

struct fixture {
  member_text text;
  sim::guild g;

  fixture() {
    g.id = snowflake{1'258'291'200'004'194'304};
    g.index = 1;
    g.size = 5'000;
  }

  std::string packed(packing how, std::uint32_t first, std::uint32_t count) {
    std::string plain;
    text.append(plain, g, first, count);
    return pack(how, plain);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(packed_members_tests, fixture)

CAF_TEST(members are packed once) {
  packed_members x{text, plenty};
  std::size_t bytes = 0;
  for (auto how : {packing::zlib_stream, packing::zstd_stream}) {
    for (auto first : {0u, 100u}) {
      auto once = x.get(how, g, first, 100);
      CAF_CHECK(*once == packed(how, first, 100));
      CAF_CHECK(x.get(how, g, first, 100) == once);
      bytes += once->size();
    }
  }
  CAF_CHECK_EQUAL(x.bytes(), bytes);
  auto one = x.get(packing::zlib_stream, g, 0, 100);
  CAF_CHECK(*x.get(packing::zlib_stream, g, 0, 99) != *one);
  g.index = 2;
  CAF_CHECK(*x.get(packing::zlib_stream, g, 0, 100) != *one);
}

CAF_TEST(what finds no room is right and not kept) {
  auto one = packed(packing::zlib_stream, 0, 100);
  packed_members x{text, one.size() * 3 / 2};
  auto kept = x.get(packing::zlib_stream, g, 0, 100);
  auto other = x.get(packing::zlib_stream, g, 100, 100);
  CAF_CHECK(*other == packed(packing::zlib_stream, 100, 100));
  CAF_CHECK(x.get(packing::zlib_stream, g, 100, 100) != other);
  CAF_CHECK(x.get(packing::zlib_stream, g, 0, 100) == kept);
  CAF_CHECK_EQUAL(x.bytes(), one.size());
}

CAF_TEST(many threads may ask) {
  packed_members x{text, plenty};
  auto expected = packed(packing::zstd_stream, 0, 100);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n)
        wrong += *x.get(packing::zstd_stream, g, 0, 100) != expected;
    });
  for (auto& t : threads)
    t.join();
  CAF_CHECK_EQUAL(wrong.load(), 0);
  CAF_CHECK_EQUAL(x.bytes(), expected.size());
}

CAF_TEST_FIXTURE_SCOPE_END()
