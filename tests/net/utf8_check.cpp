#define CAF_SUITE net_utf8_check

#include "net/utf8_check.hpp"

#include <random>
#include <string>
#include <vector>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

/// A whole text, a character at a time: Unicode 15, table 3-7.
bool is_utf8(std::string_view text) {
  auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  auto in = [](unsigned x, unsigned low, unsigned high) {
    return x >= low && x <= high;
  };
  while (!text.empty()) {
    auto a = byte(0);
    std::size_t n = a < 0x80            ? 1
                    : in(a, 0xc2, 0xdf) ? 2
                    : in(a, 0xe0, 0xef) ? 3
                    : in(a, 0xf0, 0xf4) ? 4
                                        : 0;
    auto low = a == 0xe0 ? 0xa0u : a == 0xf0 ? 0x90u : 0x80u;
    auto high = a == 0xed ? 0x9fu : a == 0xf4 ? 0x8fu : 0xbfu;
    if (n == 0 || (n > 1 && !in(byte(1), low, high)))
      return false;
    for (std::size_t i = 2; i < n; ++i)
      if (!in(byte(i), 0x80, 0xbf))
        return false;
    text.remove_prefix(n);
  }
  return true;
}

bool in_pieces(const std::vector<std::string>& pieces) {
  utf8_check x;
  for (auto& piece : pieces)
    if (!x.feed(piece))
      return false;
  return x.finish();
}

} // namespace

CAF_TEST(characters may be cut anywhere) {
  std::string text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
  for (std::size_t i = 0; i <= text.size(); ++i)
    for (auto j = i; j <= text.size(); ++j)
      CAF_CHECK(in_pieces(
          {text.substr(0, i), text.substr(i, j - i), text.substr(j)}));
  CAF_CHECK(in_pieces({}));
  CAF_CHECK(in_pieces({"", ""}));
}

CAF_TEST(a text ends with its last character) {
  utf8_check x;
  CAF_CHECK(x.feed("\xe2\x82"));
  CAF_CHECK(!x.finish());
  CAF_CHECK(x.feed("next"));
  CAF_CHECK(x.finish());
}

CAF_TEST(a fault is seen with the byte that makes it) {
  for (std::string text :
       {"\xff", "\xc0", "\xf5", "\xe2\xff", "\xe0\x80", "\xed\xa0", "\xf0\x8f",
        "\xf4\x90", "\xc3\x28", "\xe2\x82\x28", "\xf0\x9f\x98\x28"}) {
    utf8_check whole, slow;
    CAF_CHECK(!whole.feed(text));
    for (std::size_t i = 0; i < text.size(); ++i)
      CAF_CHECK_EQUAL(slow.feed(text.substr(i, 1)), i + 1 < text.size());
  }
}

CAF_TEST(pieces are judged as the whole is) {
  std::minstd_rand random{7};
  const std::vector<std::string> parts{
      "a",        "plain text",   "\xc3\xa9",         "\xe2\x82\xac",
      "\x80",     "\xc0\xaf",     "\xed\xa0\x80",     "\xf0\x9f\x98\x80",
      "\xf4\x90", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xff",
      "\xc3",     "\xf5\x80",     "\xe2\x82",         "\xed\x9f\xbf"};
  int valid = 0;
  for (int i = 0; i < 50'000; ++i) {
    // Few of them are wrong, or no text would be right.
    std::string text;
    for (auto n = random() % 6; n > 0; --n)
      text +=
          random() % 4 ? parts[random() % 4] : parts[random() % parts.size()];
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
      auto n = random() % 5;
      pieces.push_back(text.substr(at, n));
      at += pieces.back().size();
    }
    auto expected = is_utf8(text);
    valid += expected;
    if (in_pieces(pieces) != expected)
      CAF_ERROR("text " << i << " is judged otherwise in pieces");
  }
  CAF_CHECK(valid > 1000 && valid < 49'000);
}
