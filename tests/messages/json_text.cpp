#define CAF_SUITE messages_json_text

#include "messages/json_text.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::literals;

namespace {

const std::string bad = "\xEF\xBF\xBD"; // U+FFFD

std::string decoded(std::string_view inside) {
  return text_of('"' + std::string{inside} + '"').value_or("no text");
}

} // namespace

CAF_TEST(text is decoded) {
  CAF_CHECK_EQUAL(decoded(""), "");
  CAF_CHECK_EQUAL(decoded("nelly"), "nelly");
  CAF_CHECK_EQUAL(decoded(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  CAF_CHECK_EQUAL(decoded(R"(\u0041\u00e9\u20AC\uFFFF)"),
                  "A\xC3\xA9\xE2\x82\xAC\xEF\xBF\xBF");
  CAF_CHECK_EQUAL(decoded(R"(\ud83d\ude00\uDBFF\uDFFF\ud800\udc00)"),
                  "\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF\xF0\x90\x80\x80");
  CAF_CHECK_EQUAL(decoded(R"(a\u0000b)"), "a\0b"s);
  for (auto whole :
       {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\x7F"})
    CAF_CHECK_EQUAL(decoded(whole), whole);
}

CAF_TEST(F2 what is not UTF8 is replaced and the rest is kept) {
  const std::pair<std::string_view, std::string> rows[] = {
      {"a\xFFz", "a" + bad + "z"},
      {"\x80", bad},
      {"\xC0\xAF", bad + bad},                     // longer than need be
      {"\xE0\x80\xAF", bad + bad + bad},           // likewise
      {"\xED\xA0\x80", bad + bad + bad},           // half a pair, as bytes
      {"\xF4\x90\x80\x80", bad + bad + bad + bad}, // above U+10FFFF
      {"\xF8\x88\x80\x80\x80", bad + bad + bad + bad + bad},
      {"\xE2\x82", bad}, // cut off
      {"\xE2\x82z", bad + "z"},
      {"\xF0\x9F\x98", bad},
      {"\xC3\xC3\xA9", bad + "\xC3\xA9"},
      {"\xE9t\xE9", bad + "t" + bad}, // Latin 1
  };
  for (auto& [inside, expected] : rows)
    CAF_CHECK_EQUAL(decoded(inside), expected);
}

CAF_TEST(F2 half a surrogate pair and unknown escapes are replaced) {
  const std::pair<std::string_view, std::string> rows[] = {
      {R"(\ud83d)", bad},
      {R"(\ude00)", bad},
      {R"(a\ud83dz)", "a" + bad + "z"},
      {R"(\ude00\ud83d)", bad + bad},
      {R"(\ud83d\ud83d\ude00)", bad + "\xF0\x9F\x98\x80"},
      {R"(\ud83d\u0041)", bad + "A"},
      {R"(\ud83d\n)", bad + "\n"},
      {R"(\q)", bad + "q"},
      {R"(\u12)", bad + "12"},
      {R"(\u12g4z)", bad + "12g4z"},
      {R"(\u)", bad},
      {R"(\u-123)", bad + "-123"},
      {"\\\xC3\xA9", bad + "\xC3\xA9"},
  };
  for (auto& [inside, expected] : rows)
    CAF_CHECK_EQUAL(decoded(inside), expected);
}

CAF_TEST(F2 control characters stay what they are) {
  CAF_CHECK_EQUAL(decoded("a\nb\tc\x01"), "a\nb\tc\x01");
  CAF_CHECK_EQUAL(decoded("a\0b"sv), "a\0b"s);
}

CAF_TEST(what is no string is no text) {
  for (auto raw : {"", "\"", "5", "null", "true", "[]", "{}", "a\"", "\"a"})
    CAF_CHECK(!text_of(raw));
}

CAF_TEST(an id is a string or a number) {
  CAF_CHECK(id_of(R"("18446744073709551615")") == snowflake{UINT64_MAX});
  CAF_CHECK(id_of("18446744073709551615") == snowflake{UINT64_MAX});
  CAF_CHECK(id_of("5.0") == snowflake{5});
  for (auto raw : {"", "0", R"("0")", R"("")", "-5", "5.5", "null", "true",
                   R"("x")", R"("5x")", R"(" 5")", "[5]", R"(["5"])",
                   "18446744073709551616", "99999999999999999999.0"})
    CAF_CHECK(id_of(raw) == snowflake{});
}

CAF_TEST(F2 an integer may be a string or have a fraction of zero) {
  auto of = [](std::string_view raw) {
    return integer_of<std::int64_t>(raw).value_or(-99);
  };
  for (auto raw :
       {"1500", R"("1500")", "1500.0", R"("1500.00")", "1.5e3", "15E2"})
    CAF_CHECK_EQUAL(of(raw), 1500);
  CAF_CHECK_EQUAL(of("-1"), -1);
  CAF_CHECK_EQUAL(of("-0.0"), 0);
  CAF_CHECK_EQUAL(of("9223372036854775807"), INT64_MAX);
  CAF_CHECK_EQUAL(of("-9223372036854775808"), INT64_MIN);
  for (auto raw : {"", R"("")", "1.5", "x", "5x", "null", "true", "[5]", "{}",
                   "1e400", "inf", "nan", R"("nan")", "9223372036854775808",
                   "1e18", "0x10", "+5", R"(" 5")"})
    CAF_CHECK_EQUAL(of(raw), -99);
  CAF_CHECK(integer_of<std::uint64_t>("18446744073709551615") == UINT64_MAX);
  CAF_CHECK(!integer_of<std::uint64_t>("-1"));
  CAF_CHECK(!integer_of<std::uint64_t>("-1.0"));
  CAF_CHECK(integer_of<std::uint64_t>("-0.0") == 0u);
}

CAF_TEST(F2 a number may be a string) {
  CAF_CHECK(number_of("3.5") == 3.5);
  CAF_CHECK(number_of(R"("3.5")") == 3.5);
  CAF_CHECK(number_of("-2e2") == -200.0);
  for (auto raw : {"", R"("")", "x", "inf", "-infinity", "nan", "1e999", "null",
                   "[1]", "3.5s"})
    CAF_CHECK(!number_of(raw));
}

CAF_TEST(F2 a truth value may be a number or a string) {
  for (auto raw : {"true", R"("true")", "1", R"("1")", "1.0"})
    CAF_CHECK(truth_of(raw) == true);
  for (auto raw : {"false", R"("false")", "0", R"("0")", "0.0"})
    CAF_CHECK(truth_of(raw) == false);
  for (auto raw : {"", "null", "2", "-1", R"("yes")", R"("")", "[]", "{}",
                   "True", "[true]"})
    CAF_CHECK(!truth_of(raw));
}
