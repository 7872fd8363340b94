#define CAF_SUITE net_token

#include "net/token.hpp"

#include <ostream>
#include <type_traits>

#include <caf/deep_to_string.hpp>
#include <fmt/format.h>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

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
                                "Bot abc.def", "  Bot abc.def  "}) {
    auto x = token::parse(text);
    CAF_REQUIRE(x.has_value());
    CAF_CHECK_EQUAL(x->reveal(), "abc.def");
    CAF_CHECK(!x->empty());
  }
  CAF_CHECK(token{}.empty());
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
