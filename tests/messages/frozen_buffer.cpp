#define CAF_SUITE messages_frozen_buffer

#include "messages/frozen_buffer.hpp"

#include <algorithm>

#include <caf/deep_to_string.hpp>

#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(B2 copies and slices share the bytes) {
  frozen_buffer whole{"abcdef"};
  auto copy = whole;
  auto middle = whole.slice(whole.view().substr(2, 3));
  CAF_CHECK(copy.view().data() == whole.view().data());
  CAF_CHECK_EQUAL(middle.view(), "cde");
  CAF_CHECK(middle.view().data() == whole.view().data() + 2);
}

CAF_TEST(a slice outlives the buffer it was cut from) {
  frozen_buffer part;
  {
    frozen_buffer whole{std::string(1000, 'x') + "tail"};
    part = whole.slice(whole.view().substr(1000));
  }
  CAF_CHECK_EQUAL(part.view(), "tail");
}

CAF_TEST(padding is readable behind the bytes) {
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4096}}) {
    frozen_buffer x{std::string(size, 'x')};
    auto begin = x.view().data();
    CAF_CHECK_EQUAL(
        std::count(begin + size, begin + size + frozen_buffer::padding, '\0'),
        static_cast<std::ptrdiff_t>(frozen_buffer::padding));
  }
}

CAF_TEST(an empty buffer is harmless) {
  frozen_buffer none;
  CAF_CHECK(none.empty());
  CAF_CHECK(none.view().empty());
  CAF_CHECK(none == frozen_buffer{""});
  CAF_CHECK(none.slice(none.view()).empty());
  CAF_CHECK(frozen_buffer{"a"}.slice({}).empty());
  CAF_CHECK(none.with_lease(std::make_shared<int>(1)).empty());
}

CAF_TEST(equality is by bytes and zeros count) {
  std::string zeros("a\0b", 3);
  CAF_CHECK(frozen_buffer{zeros} == frozen_buffer{zeros});
  CAF_CHECK(!(frozen_buffer{zeros} == frozen_buffer{"a"}));
}

CAF_TEST(B1 a lease lives as long as the last copy or slice) {
  auto lease = std::make_shared<int>(1);
  std::weak_ptr<int> alive = lease;
  frozen_buffer plain{"abcdef"};
  auto leased = plain.with_lease(std::move(lease));
  CAF_CHECK_EQUAL(leased.view(), "abcdef");
  CAF_CHECK(leased.view().data() == plain.view().data());
  auto part = leased.slice(leased.view().substr(1, 2));
  leased = {};
  CAF_CHECK(!alive.expired());
  part = {};
  CAF_CHECK(alive.expired());
  CAF_CHECK_EQUAL(plain.view(), "abcdef");
}

CAF_TEST(bulk does not reach a log) {
  frozen_buffer x{"secret bytes"};
  auto text = caf::deep_to_string(x);
  CAF_CHECK(text.find("secret") == std::string::npos);
  CAF_CHECK(text.find("12") != std::string::npos);
}
