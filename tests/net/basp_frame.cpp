#define CAF_SUITE net_basp_frame

#include "net/basp_frame.hpp"

#include <array>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

using head = std::array<char, basp_head>;

head make(int type, std::size_t body) {
  head x{};
  x[0] = static_cast<char>(type);
  for (int i = 0; i < 4; ++i)
    x[4 + i] = static_cast<char>(body >> (24 - 8 * i));
  return x;
}

/// Of the body, or none.
std::size_t size_of(const head& x, std::size_t most) {
  return basp_body(x.data(), most).value_or(SIZE_MAX);
}

} // namespace

CAF_TEST(C14 a head tells how long its body is) {
  for (int type = 0; type < 6; ++type)
    CAF_CHECK_EQUAL(size_of(make(type, 0x01020304), 0x7fffffff), 0x01020304u);
  CAF_CHECK_EQUAL(size_of(make(6, 0), 100), 0u);
}

CAF_TEST(C14 what the broker would die of is no frame) {
  auto refused = [](const head& x) { return !basp_body(x.data(), 1000); };
  CAF_CHECK(refused(make(0, 0))); // it reads a body where there is none
  CAF_CHECK(refused(make(5, 0)));
  CAF_CHECK(refused(make(6, 1)));
  CAF_CHECK(refused(make(7, 10)));
  CAF_CHECK(refused(make(255, 10)));
  CAF_CHECK(refused(make(3, 1001)));
  CAF_CHECK(!refused(make(3, 1000)));
  CAF_CHECK(refused(make(3, 0xffffffff)));
  for (int type : {2, 3}) {
    auto stream = make(type, 10);
    stream[8] = 0x20;
    CAF_CHECK(refused(stream));
    stream[8] = static_cast<char>(0xff);
    CAF_CHECK(refused(stream));
    stream[8] = static_cast<char>(0xdf);
    CAF_CHECK(!refused(stream));
  }
}

CAF_TEST(C14 handshakes are told apart by their side) {
  CAF_CHECK(basp_kind_of(make(0, 1).data()) == basp_kind::server_handshake);
  CAF_CHECK(basp_kind_of(make(1, 1).data()) == basp_kind::client_handshake);
  for (int type : {2, 3, 4, 5, 6, 99})
    CAF_CHECK(basp_kind_of(make(type, 1).data()) == basp_kind::other);
}
