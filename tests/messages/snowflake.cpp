#define CAF_SUITE messages_snowflake

#include "messages/snowflake.hpp"

#include <limits>
#include <unordered_set>

#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(decimal text is read and written back) {
  for (std::uint64_t value :
       {std::uint64_t{1}, std::uint64_t{81384788765712384},
        std::numeric_limits<std::uint64_t>::max()}) {
    auto id = snowflake{value};
    CAF_CHECK(parse_snowflake(to_string(id)) == id);
  }
  CAF_CHECK_EQUAL(to_string(snowflake{613425648685547541}),
                  "613425648685547541");
}

CAF_TEST(anything but digits is no snowflake) {
  for (std::string_view text :
       {"", " ", "0", "000", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10",
        "12a", "a12", "18446744073709551616", "99999999999999999999999"}) {
    CAF_MESSAGE("text: '" << std::string{text} << "'");
    CAF_CHECK(!parse_snowflake(text));
  }
  CAF_CHECK(!parse_snowflake(std::string_view{"12\0", 3}));
  CAF_CHECK(!parse_snowflake(std::string_view{}));
}

CAF_TEST(ids of one millisecond do not share a hash) {
  std::unordered_set<std::size_t> hashes;
  for (std::uint64_t i = 0; i < 4096; ++i)
    hashes.insert(
        std::hash<snowflake>{}(snowflake{(std::uint64_t{1} << 60) + i}));
  CAF_CHECK_EQUAL(hashes.size(), 4096u);
}

CAF_TEST(ids are ordered by value) {
  CAF_CHECK(snowflake{1} < snowflake{2});
  CAF_CHECK(snowflake{} == snowflake{0});
}
