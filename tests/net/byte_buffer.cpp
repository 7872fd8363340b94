#define CAF_SUITE net_byte_buffer

#include "net/byte_buffer.hpp"

#include <algorithm>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

bool padded_with_zeros(const frozen_buffer& x) {
  auto end = x.view().data() + x.size();
  return std::all_of(end, end + frozen_buffer::padding,
                     [](char c) { return c == '\0'; });
}

} // namespace

CAF_TEST(bytes are collected and frozen) {
  byte_buffer x;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    auto part = std::to_string(i);
    x.append(part);
    expected += part;
  }
  x.append({});
  CAF_CHECK_EQUAL(x.size(), expected.size());
  CAF_CHECK_EQUAL(x.view(), expected);
  auto frozen = x.freeze();
  CAF_CHECK_EQUAL(frozen.view(), expected);
  CAF_CHECK(padded_with_zeros(frozen));
}

CAF_TEST(what was prepared and not filled freezes as nothing) {
  for (std::size_t room : {1u, 4096u, 5000u, 1u << 20}) {
    byte_buffer x;
    x.prepare(room);
    auto frozen = x.freeze();
    CAF_CHECK(frozen.empty());
    CAF_REQUIRE(frozen.view().data() != nullptr);
    CAF_CHECK(padded_with_zeros(frozen));
  }
}

CAF_TEST(freezing empties the buffer which can be used again) {
  byte_buffer x;
  CAF_CHECK(x.freeze().empty());
  x.append("one");
  auto first = x.freeze();
  CAF_CHECK_EQUAL(x.size(), 0u);
  CAF_CHECK_EQUAL(x.room(), 0u);
  x.append("two");
  auto second = x.freeze();
  CAF_CHECK_EQUAL(first.view(), "one");
  CAF_CHECK_EQUAL(second.view(), "two");
}

CAF_TEST(prepare gives the room that it was asked for) {
  byte_buffer x;
  for (std::size_t n : {1u, 100u, 5000u, 1u << 20}) {
    auto to = x.prepare(n);
    CAF_REQUIRE_LESS_OR_EQUAL(n, x.room());
    std::fill_n(to, n, 'x');
    x.commit(n);
  }
  CAF_CHECK_EQUAL(static_cast<std::size_t>(
                      std::count(x.view().begin(), x.view().end(), 'x')),
                  x.size());
}

CAF_TEST(unused room is given back when frozen) {
  byte_buffer x;
  x.prepare(1 << 20);
  x.append("small");
  auto frozen = x.freeze();
  CAF_CHECK_EQUAL(frozen.view(), "small");
  CAF_CHECK(padded_with_zeros(frozen));
}

CAF_TEST(clear keeps the room) {
  byte_buffer x;
  x.append(std::string(100, 'x'));
  auto room = x.size() + x.room();
  x.clear();
  CAF_CHECK_EQUAL(x.size(), 0u);
  CAF_CHECK_EQUAL(x.room(), room);
}

CAF_TEST(a buffer can be moved) {
  byte_buffer x;
  x.append("moved");
  byte_buffer y{std::move(x)};
  CAF_CHECK_EQUAL(y.view(), "moved");
  byte_buffer z;
  z.append("other");
  z = std::move(y);
  CAF_CHECK_EQUAL(z.view(), "moved");
}
