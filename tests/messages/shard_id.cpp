#define CAF_SUITE messages_shard_id

#include "messages/shard_id.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(a guild belongs to the shard of its time modulo the count) {
  auto guild = snowflake{613425648685547541};
  CAF_CHECK_EQUAL(shard_of(guild, 1), 0u);
  CAF_CHECK_EQUAL(shard_of(guild, 16), (613425648685547541ull >> 22) % 16);
  // Only what lies above the lowest 22 bits counts.
  CAF_CHECK_EQUAL(shard_of(snowflake{(5ull << 22) | 0x3FFFFF}, 4), 1u);
  CAF_CHECK_EQUAL(shard_of(snowflake{0x3FFFFF}, 4), 0u);
  CAF_CHECK_EQUAL(shard_of(snowflake{UINT64_MAX}, UINT32_MAX),
                  (UINT64_MAX >> 22) % UINT32_MAX);
}

CAF_TEST(exactly one shard owns a guild) {
  for (std::uint64_t i = 0; i < 64; ++i) {
    auto guild = snowflake{i * 0x9E3779B97F4A7C15ull};
    int owners = 0;
    for (std::uint32_t index = 0; index < 7; ++index)
      owners += owns(shard_id{index, 7}, guild);
    CAF_REQUIRE_EQUAL(owners, 1);
  }
}

CAF_TEST(the text names index and count) {
  CAF_CHECK_EQUAL(to_string(shard_id{3, 16}), "3/16");
  CAF_CHECK(shard_id{} == (shard_id{0, 1}));
}
