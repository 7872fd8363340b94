#define CAF_SUITE messages_shard_ranges

#include "messages/shard_ranges.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(indexes become ranges) {
  CAF_CHECK_EQUAL(shard_ranges{}.text(), "");
  CAF_CHECK_EQUAL(shard_ranges({7, 2, 0, 1, 3}).text(), "0-3,7");
  CAF_CHECK_EQUAL(shard_ranges({5}).text(), "5");
  CAF_CHECK_EQUAL(shard_ranges({1, 1, 2, UINT32_MAX}).text(), "1-2,4294967295");
}

CAF_TEST(ranges are read as they are written) {
  for (auto text : {"", "0", "0-3,7", "1-2,4294967295", "3,5,9-10"}) {
    auto x = shard_ranges::parse(text);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->text(), text);
  }
  auto x = *shard_ranges::parse("0-3,7");
  CAF_CHECK_EQUAL(x.size(), 5u);
  CAF_CHECK(x.contains(0) && x.contains(3) && x.contains(7));
  CAF_CHECK(!x.contains(4) && !x.contains(8));
  CAF_CHECK_EQUAL(shard_ranges::parse("0-4294967295")->size(), 1ull << 32);
}

CAF_TEST(what is no list of ranges is none) {
  for (auto text : {"a", "-1", "1-", "3-2", "1,", ",1", "2,1", "1,1", "0-3,3",
                    "4294967296", "1 2", " 1", "0x1", "1--2"})
    CAF_CHECK(!shard_ranges::parse(text));
}
