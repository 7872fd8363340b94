#define CAF_SUITE messages_digits

#include "messages/digits.hpp"

#include <charconv>
#include <random>
#include <string>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

/// Whether the library says the same of it, also where the digits end.
bool alike(std::string_view text) {
  auto end = text.data() + text.size();
  std::uint64_t expected = 0;
  auto [behind, ec] = std::from_chars(text.data(), end, expected);
  if (ec != std::errc{})
    expected = 0;
  std::uint64_t found = 1;
  auto at = read_digits(text.data(), end, found);
  return at == behind && found == expected;
}

} // namespace

CAF_TEST(digits mean what they mean to the library) {
  std::minstd_rand random{7};
  int wrong = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (auto n = random() % 24; n > 0; --n)
      text += static_cast<char>('0' + random() % 10);
    if (random() % 3 == 0) // anything else behind, or in between
      text.insert(random() % (text.size() + 1), 1,
                  static_cast<char>(random() % 256));
    if (random() % 5 == 0)
      text.insert(0, random() % 20, '0');
    wrong += !alike(text);
  }
  CAF_CHECK_EQUAL(wrong, 0);
  for (std::string_view text :
       {"", "/", ":", "18446744073709551615", "18446744073709551616",
        "99999999999999999999", "00000000000000000000000000000007", "1234567",
        "12345678", "123456789", "1234567890123456", "12345678901234567",
        "1234567/", "1234567:", "\xB1\xB2\xB3\xB4\xB5\xB6\xB7\xB8"})
    CAF_CHECK(alike(text));
}
