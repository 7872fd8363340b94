#define CAF_SUITE net_derived_nonce

#include "net/derived_nonce.hpp"

#include <algorithm>
#include <set>

#include "messages/request.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

const snowflake guild{1'300'000'000'000'000'000};

} // namespace

CAF_TEST(C6 what is saved makes the same nonce wherever it is made) {
  // Of the SHA-256 of the words, each after its length in 8 bytes.
  CAF_CHECK_EQUAL(startup_nonce("session", guild, 1),
                  "rh66dwq7wpjyswu75gghk3vrvr");
  CAF_CHECK_EQUAL(attempt_nonce("nonce", 2, 3), "6s2l46pxtzdviainaqjj6r6lfc");
}

CAF_TEST(C6 each nonce is another one) {
  std::set<std::string> all;
  auto add = [&](const std::string& x) {
    CAF_CHECK_EQUAL(x.size(), derived_nonce_size);
    CAF_CHECK(x.size() <= max_nonce_size);
    CAF_CHECK(std::all_of(x.begin(), x.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
    }));
    CAF_CHECK(all.insert(x).second);
  };
  for (std::uint32_t i = 1; i < 50; ++i) {
    add(startup_nonce("session", guild, i));
    add(startup_nonce("another", guild, i));
    add(startup_nonce("session", snowflake{i}, 1));
    add(attempt_nonce("nonce", 1, i));
    add(attempt_nonce("nonce", 2 + i, 1));
    add(attempt_nonce("nonce" + std::to_string(i), 1, 1));
  }
  // Words that are one when they are put together.
  add(startup_nonce("", guild, 1));
  add(attempt_nonce("", 1, 1));
}

CAF_TEST(C6 an attempt is known by its request) {
  auto x = attempt_nonce("nonce", 7, 3);
  CAF_CHECK(is_attempt_of(x, "nonce", {7, 7}));
  CAF_CHECK(is_attempt_of(x, "nonce", {1, 9}));
  CAF_CHECK(!is_attempt_of(x, "nonce", {1, 6}));
  CAF_CHECK(!is_attempt_of(x, "nonce", {8, 9}));
  CAF_CHECK(!is_attempt_of(x, "another", {1, 9}));
  CAF_CHECK(!is_attempt_of("nonce", "nonce", {1, 9}));
  CAF_CHECK(!is_attempt_of(x, "nonce", {}));
  // Only the last of many are looked at, however many there are.
  CAF_CHECK(!is_attempt_of(x, "nonce", {1, 15}));
  CAF_CHECK(is_attempt_of(x, "nonce", {0, 14}));
  CAF_CHECK(!is_attempt_of(x, "nonce", {0, UINT64_MAX - 1}));
  CAF_CHECK(is_attempt_of(attempt_nonce("nonce", 7, 16), "nonce", {7, 7}));
  CAF_CHECK(!is_attempt_of(attempt_nonce("nonce", 7, 17), "nonce", {7, 7}));
}
