#define CAF_SUITE messages_container_skip

#include "messages/container_skip.hpp"

#include <random>
#include <string>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

/// What a look at one byte after the other finds.
skipped_container skip_slowly(const std::string& text) {
  skipped_container result;
  auto in_string = false;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    auto next = i + 1 < text.size() ? text[i + 1] : ' ';
    if (c == '\\' && (next == '"' || next == '\\')) {
      ++i; // also outside of strings; elsewhere it hides no bracket
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      result.objects += depth == 1 && c == '{' ? 1 : 0;
      ++depth;
    } else if (!in_string && (c == '}' || c == ']') && --depth == 0) {
      result.behind = text.data() + i + 1;
      break;
    }
  }
  return result;
}

struct fixture {
  /// Behind the text is what a look too far would take for its end.
  void check(const std::string& text) {
    auto padded = text + std::string(64, '}');
    auto begin = padded.data();
    auto expected = skip_slowly(text);
    auto length =
        expected.behind == nullptr ? -1 : expected.behind - text.data();
    for (auto& x : container_skippers()) {
      auto found = x.skip(begin, begin + text.size());
      auto same =
          (found.behind == nullptr ? -1 : found.behind - begin) == length;
      if (!same || found.objects != expected.objects) {
        ++wrong;
        CAF_MESSAGE(x.name << " is wrong about: " << text);
      }
    }
  }

  std::size_t wrong = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(container_skip_tests, fixture)

CAF_TEST(there is always a way and the best is used) {
  CAF_REQUIRE(!container_skippers().empty());
  CAF_CHECK_EQUAL(std::string{container_skippers().back().name}, "plain");
  std::string text = R"([{"a":"]"},[{}],{}] behind)" + std::string(64, ' ');
  auto found = skip_container(text.data(), text.data() + 26);
  CAF_CHECK_EQUAL(found.behind - text.data(), 19);
  CAF_CHECK_EQUAL(found.objects, 2u);
}

CAF_TEST(B2 all ways find the same in text of any kind) {
  std::mt19937 random{7};
  auto below = [&](std::size_t n) { return random() % n; };
  for (int i = 0; i < 20'000; ++i) {
    // Often such as goes on for long.
    const std::string kinds[] = {R"({}[]"\,:a)", R"({[""a:,)", R"("\\\{})",
                                 "{}[]\"\\\xFF\x80 \x01"};
    auto& alphabet = kinds[below(4)];
    std::string text(1, below(2) == 0 ? '{' : '[');
    for (auto left = below(300); left > 0; --left)
      text += alphabet[below(alphabet.size())];
    check(text);
  }
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST(B2 backslashes escape across the ends of blocks) {
  for (std::size_t before = 0; before < 140; ++before)
    for (std::size_t slashes = 0; slashes < 6; ++slashes)
      check("[\"" + std::string(before, 'x') + std::string(slashes, '\\')
            + "\"]\",{}]" + std::string(before % 3, ']'));
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST(B2 what is cut off at any byte has no end) {
  std::string text = R"([{"user":{"id":"1","n":"a\"]}"},"roles":[]},)"
                     R"({"user":{"id":"2"},"nick":"\\"}])";
  for (std::size_t n = 1; n <= text.size(); ++n)
    check(text.substr(0, n));
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
