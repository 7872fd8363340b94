#define CAF_SUITE messages_errc

#include "messages/errc.hpp"

#include <set>

#include <caf/sec.hpp>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

constexpr int last = static_cast<int>(errc::answer_lost);

} // namespace

CAF_TEST(every code has a name and a sentence of its own) {
  std::set<std::string> names, sentences;
  for (int i = 1; i <= last; ++i) {
    auto code = static_cast<errc>(i);
    auto x = make_error(code);
    CAF_CHECK_EQUAL(code_of(x), code);
    CAF_CHECK_NOT_EQUAL(to_string(code), "unknown");
    names.insert(to_string(code));
    sentences.insert(sentence_of(x));
  }
  CAF_CHECK_EQUAL(names.size(), static_cast<std::size_t>(last));
  CAF_CHECK_EQUAL(sentences.size(), static_cast<std::size_t>(last));
  CAF_CHECK_EQUAL(to_string(static_cast<errc>(last + 1)), "unknown");
  CAF_CHECK_EQUAL(to_string(errc{}), "unknown");
}

CAF_TEST(a sentence of the caller replaces the one of the code) {
  auto x = make_error(errc::limit_out_of_range, "limit is 250");
  CAF_CHECK_EQUAL(code_of(x), errc::limit_out_of_range);
  CAF_CHECK_EQUAL(sentence_of(x), "limit is 250");
}

CAF_TEST(foreign errors have no code) {
  caf::error foreign = caf::sec::request_timeout;
  CAF_CHECK_EQUAL(code_of(foreign), errc{});
  CAF_CHECK_EQUAL(sentence_of(foreign), "there was no answer in time");
  CAF_CHECK(!sentence_of(caf::sec::bad_function_call).empty());
  CAF_CHECK_EQUAL(code_of(caf::none), errc{});
  // The number of a code of ours in a foreign category.
  caf::error alike{static_cast<std::uint8_t>(errc::wrong_shard),
                   caf::atom("other")};
  CAF_CHECK_EQUAL(code_of(alike), errc{});
  // Our category without a sentence.
  caf::error bare{static_cast<std::uint8_t>(errc::wrong_shard), errc_category};
  CAF_CHECK_EQUAL(code_of(bare), errc::wrong_shard);
  CAF_CHECK(!sentence_of(bare).empty());
}
