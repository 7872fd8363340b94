#define CAF_SUITE net_token

#include "net/token.hpp"

#include <ostream>
#include <type_traits>

#include <caf/deep_to_string.hpp>
#include <fmt/format.h>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

std::string refused(std::string_view text) {
  std::string why;
  return token::parse(text, &why) ? "(accepted)" : why;
}

template <class T>
concept streamable = requires(std::ostream& out, const T& x) {
  out << x;
};

template <class T>
concept has_to_string = requires(const T& x) {
  to_string(x);
};

template <class T>
concept inspectable = requires(caf::detail::stringification_inspector& f,
                               T& x) {
  inspect(f, x);
};

static_assert(streamable<std::string>);
static_assert(!streamable<token>);
static_assert(!has_to_string<token>);
static_assert(!inspectable<token>);
static_assert(!fmt::is_formattable<token>::value);
static_assert(!std::is_convertible_v<token, std::string>);
static_assert(!std::is_convertible_v<token, std::string_view>);

} // namespace

CAF_TEST(a token cannot be rendered) {
  auto x = *token::parse("abc.def");
  auto text = caf::deep_to_string(x);
  CAF_CHECK(text.find("abc") == std::string::npos);
}

CAF_TEST(white space and the scheme are trimmed) {
  for (std::string_view text : {"abc.def", " abc.def\n", "\tabc.def\r\n",
                                "Bot abc.def", "  Bot abc.def  ",
                                "\xEF\xBB\xBF"
                                "abc.def\r\n",
                                "\xEF\xBB\xBF\r\nBot abc.def\r\n\r\n"}) {
    auto x = token::parse(text);
    CAF_REQUIRE(x.has_value());
    CAF_CHECK_EQUAL(x->reveal(), "abc.def");
    CAF_CHECK(!x->empty());
  }
  CAF_CHECK(token{}.empty());
}

CAF_TEST(a refusal says the mend and nothing of the text) {
  CAF_CHECK_EQUAL(refused(""), "it is empty");
  CAF_CHECK_EQUAL(refused("\xEF\xBB\xBF\r\n"), "it is empty");
  CAF_CHECK_EQUAL(refused("abc\ndef"),
                  "it has several lines; keep only the one with the token");
  CAF_CHECK_EQUAL(refused("# prod\r\nabc.def\r\n"),
                  "it has several lines; keep only the one with the token");
  CAF_CHECK_EQUAL(refused("abc\rdef"), refused("abc\ndef"));
  CAF_CHECK_EQUAL(refused("DISCORD_TOKEN=abc.def\n"),
                  "it holds an assignment; keep only what follows the '='");
  CAF_CHECK_EQUAL(refused("export DISCORD_TOKEN=abc.def"),
                  refused("DISCORD_TOKEN=abc.def"));
  CAF_CHECK_EQUAL(refused("\"abc.def\""),
                  "it stands in quotes; take them away");
  CAF_CHECK_EQUAL(refused("'Bot abc.def'"), refused("\"abc.def\""));
  CAF_CHECK_EQUAL(refused("Bearer abc.def"),
                  "it has spaces inside; a bot token is one word");
  for (std::string_view text : {"abc\xC2\xA0",
                                "\xE2\x80\x8B"
                                "abc",
                                "abc\x7F", "abc\x01"})
    CAF_CHECK_EQUAL(
        refused(text),
        "it has a character that no token has; copy the token anew");
  CAF_CHECK_EQUAL(refused(std::string(513, 'x')),
                  "it has more than 512 characters; a bot token has about 70");
  // Of either byte order, with and without a mark.
  for (std::string_view text :
       {std::string_view{"\xFF\xFE"
                         "a\0b\0",
                         6},
        std::string_view{"\xFE\xFF"
                         "\0a\0b",
                         6},
        std::string_view{"a\0b\0", 4}, std::string_view{"\0a\0b", 4}})
    CAF_CHECK_EQUAL(refused(text), "it is UTF-16; save it as UTF-8");
}

CAF_TEST(junk is no token) {
  for (std::string_view text :
       {"", " ", "\n", "Bot ", "Bot", "Bot  ", "abc def", "abc\ndef",
        "abc\r\nX-Header: 1", "abc\tdef", "abc\x7F", "\xC3\xA9", "Bot Bot x"}) {
    CAF_MESSAGE("text: '" << std::string{text} << "'");
    CAF_CHECK(!token::parse(text));
  }
  CAF_CHECK(!token::parse(std::string_view{"abc\0def", 7}));
  CAF_CHECK(token::parse(std::string(512, 'x')).has_value());
  CAF_CHECK(!token::parse(std::string(513, 'x')));
}
