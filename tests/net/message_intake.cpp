#define CAF_SUITE net_message_intake

#include "net/message_intake.hpp"

#include <algorithm>

#include "net/connection.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

using kind = message_intake::kind;

message_intake::result feed(message_intake& x, std::string_view bytes,
                            bool binary, bool done) {
  for (;;) {
    auto room = x.prepare(bytes.size());
    auto n = std::min(room.size, bytes.size());
    std::copy_n(bytes.begin(), n, room.data);
    bytes.remove_prefix(n);
    auto result = x.take(n, binary, done && bytes.empty());
    if (bytes.empty() || result.kind != kind::nothing)
      return result;
  }
}

} // namespace

CAF_TEST(a message is collected) {
  message_intake x{4096, true};
  for (auto binary : {false, true}) {
    CAF_CHECK(feed(x, "hel", binary, false).kind == kind::nothing);
    auto y = feed(x, "lo", binary, true);
    CAF_CHECK(y.kind == kind::message);
    CAF_CHECK_EQUAL(y.bytes.view(), "hello");
    CAF_CHECK(feed(x, "", binary, true).kind == kind::message);
  }
}

CAF_TEST(F1 room is given for what has come and not for what is announced) {
  message_intake x{std::size_t{1} << 30, false};
  CAF_CHECK_LESS(x.prepare(std::size_t{3} << 30).size, 100'000u);
  CAF_CHECK_EQUAL(x.prepare(100).size, 100u);
  std::string part(64 << 10, 'x');
  for (int i = 0; i < 64; ++i)
    feed(x, part, false, false);
  CAF_CHECK_EQUAL(x.prepare(std::size_t{3} << 30).size, 64 * part.size());
}

CAF_TEST(F2 a text above the bound is skipped but for its head) {
  message_intake x{10'000, true};
  CAF_CHECK(feed(x, std::string(10'000, 'x'), false, true).kind
            == kind::message);
  std::string part(1000, 'y');
  for (int i = 0; i < 100; ++i) {
    CAF_CHECK(feed(x, part, false, false).kind == kind::nothing);
    // Once over the bound, room is used again.
    if (i > 10)
      CAF_CHECK_LESS(x.prepare(std::size_t{1} << 40).size, 100'000u);
  }
  auto y = feed(x, "end", false, true);
  CAF_CHECK(y.kind == kind::skipped);
  CAF_CHECK_EQUAL(y.size, 100'003u);
  CAF_CHECK_EQUAL(y.bytes.view(), std::string(connection::head_size, 'y'));
  auto z = feed(x, "next", false, true);
  CAF_CHECK(z.kind == kind::message);
  CAF_CHECK_EQUAL(z.bytes.view(), "next");
}

CAF_TEST(F2 skipping has an end) {
  message_intake x{4096, false};
  std::string part(64 << 10, 'y');
  std::uint64_t fed = 0;
  auto last = kind::nothing;
  while (last == kind::nothing && fed <= 2 * skip_limit(4096)) {
    last = feed(x, part, false, false).kind;
    fed += part.size();
  }
  CAF_CHECK(last == kind::too_large);
  CAF_CHECK_EQUAL(fed, skip_limit(4096) + part.size());
}

CAF_TEST(compressed messages are cut into pieces and others are not ) {
  std::string part(600'000, 'z');
  message_intake x{4096, true};
  CAF_CHECK(feed(x, part, true, false).kind == kind::nothing);
  auto y = feed(x, part, true, false);
  CAF_CHECK(y.kind == kind::piece);
  CAF_CHECK(y.bytes.size() >= message_intake::piece_size);
  CAF_CHECK_LESS(y.bytes.size(), 2 * message_intake::piece_size);
  y = feed(x, "end", true, true);
  CAF_CHECK(y.kind == kind::message);
  CAF_CHECK_EQUAL(y.bytes.view(), "end");
  CAF_CHECK(feed(x, "text", false, true).kind == kind::message);
  message_intake plain{4096, false}; // binary without compression is odd
  feed(plain, part, true, false);
  CAF_CHECK(feed(plain, part, true, true).kind == kind::skipped);
}
