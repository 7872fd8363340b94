#define CAF_SUITE app_text

#include "app/text.hpp"

#include "tests/support/suite.hpp"

using namespace muster::app;
using namespace std::chrono_literals;

CAF_TEST(durations have a unit and may have a fraction) {
  CAF_CHECK(parse_duration("5s") == 5s);
  CAF_CHECK(parse_duration("250ms") == 250ms);
  CAF_CHECK(parse_duration("2m") == 2min);
  CAF_CHECK(parse_duration("2min") == 2min);
  CAF_CHECK(parse_duration("1h") == 1h);
  CAF_CHECK(parse_duration("1.5s") == 1500ms);
  CAF_CHECK(parse_duration("0.25ms") == 250us);
  CAF_CHECK(parse_duration("0s") == 0s);
}

CAF_TEST(what is no duration is refused) {
  for (auto text : {"", "5", "s", "5 s", "-1s", "1e3s", "5x", "5ss", "inf",
                    "s5", "nans", "infs", "9000h", "1,5s"})
    CAF_CHECK_EQUAL(parse_duration(text).has_value(), false);
}

CAF_TEST(a duration as an option is read as written) {
  CAF_CHECK_EQUAL(to_option(60s), "60s");
  CAF_CHECK_EQUAL(to_option(250ms), "250ms");
  CAF_CHECK_EQUAL(to_option(1500ms), "1500ms");
  CAF_CHECK_EQUAL(to_option(0s), "0ms");
  for (auto x : {0ms, 1ms, 999ms, 1000ms, 1001ms, 90'000ms})
    CAF_CHECK(parse_duration(to_option(x)) == x);
}

CAF_TEST(percentages) {
  CAF_CHECK(parse_percent("10%") == 10u);
  CAF_CHECK(parse_percent("0%") == 0u);
  CAF_CHECK(parse_percent("100%") == 100u);
  for (auto text : {"", "%", "10", "101%", "-1%", "10 %", "10%%", "1e1%", " 5%",
                    "4294967306%"})
    CAF_CHECK(!parse_percent(text));
}

CAF_TEST(sizes may be in kibibytes and mebibytes) {
  CAF_CHECK(parse_size("0") == 0u);
  CAF_CHECK(parse_size("4096") == 4096u);
  CAF_CHECK(parse_size("512K") == 524'288u);
  CAF_CHECK(parse_size("48M") == 50'331'648u);
  CAF_CHECK(parse_size("48m") == parse_size("49152k"));
  CAF_CHECK(parse_size("1048576M") == std::uint64_t{1} << 40);
  for (auto text : {"", "M", "-1", "1.5M", "48MB", "48 M", "0x10", "1048577M",
                    "18446744073709551615M", "18446744073709551616"})
    CAF_CHECK_EQUAL(parse_size(text).has_value(), false);
  for (std::uint64_t x : {0u, 1u, 1023u, 1024u, 5000u, 50'331'648u})
    CAF_CHECK(parse_size(to_size(x)) == x);
  CAF_CHECK_EQUAL(to_size(50'331'648), "48M");
}

CAF_TEST(lists of chunks are short) {
  CAF_CHECK_EQUAL(to_ranges({}), "");
  CAF_CHECK_EQUAL(to_ranges({4}), "4");
  CAF_CHECK_EQUAL(to_ranges({4, 5}), "4, 5");
  CAF_CHECK_EQUAL(to_ranges({0, 1, 2, 3, 7, 9, 10, 11}), "0-3, 7, 9-11");
  std::vector<std::uint32_t> odd;
  for (std::uint32_t i = 1; i < 100; i += 2)
    odd.push_back(i);
  CAF_CHECK_EQUAL(to_ranges(odd),
                  "1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, and 38 more");
  odd.resize(12);
  CAF_CHECK_EQUAL(to_ranges(odd), "1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23");
}

CAF_TEST(index lists are sorted and without repeats) {
  using list = std::vector<std::uint32_t>;
  CAF_CHECK(parse_indexes("0") == list{0});
  CAF_CHECK(parse_indexes("0-3,7") == (list{0, 1, 2, 3, 7}));
  CAF_CHECK(parse_indexes("7,2-4,3,2") == (list{2, 3, 4, 7}));
  CAF_CHECK(parse_indexes("5-5") == list{5});
  CAF_CHECK(parse_indexes("99999") == list{99'999});
}

CAF_TEST(what is no index list is refused) {
  for (auto text : {"", ",", "1,", ",1", "3-1", "1-", "-1", "1-2-3", "a",
                    "1 ,2", "100000", "0-100000", "99999999999"})
    CAF_CHECK_EQUAL(parse_indexes(text).has_value(), false);
}

CAF_TEST(large numbers have commas) {
  CAF_CHECK_EQUAL(with_commas(0), "0");
  CAF_CHECK_EQUAL(with_commas(999), "999");
  CAF_CHECK_EQUAL(with_commas(1000), "1,000");
  CAF_CHECK_EQUAL(with_commas(1'234'567), "1,234,567");
  CAF_CHECK_EQUAL(with_commas(~0ull), "18,446,744,073,709,551,615");
}

CAF_TEST(times in words) {
  CAF_CHECK_EQUAL(to_words(850ms), "850 ms");
  CAF_CHECK_EQUAL(to_words(0s), "0 ms");
  CAF_CHECK_EQUAL(to_words(4200ms), "4.2 s");
  CAF_CHECK_EQUAL(to_words(200s), "3 min 20 s");
  CAF_CHECK_EQUAL(to_words(2h), "120 min 0 s");
}
