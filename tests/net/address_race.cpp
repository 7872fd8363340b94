#define CAF_SUITE net_address_race

#include "net/address_race.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

constexpr time_point t0{100s};

/// The order in which the addresses are tried when each fails at once.
std::vector<std::size_t> order(const std::vector<bool>& is_v6) {
  address_race x{is_v6};
  std::vector<std::size_t> result;
  while (auto next = x.next(t0)) {
    result.push_back(*next);
    x.failed();
  }
  CAF_CHECK(x.lost());
  return result;
}

using indexes = std::vector<std::size_t>;

} // namespace

CAF_TEST(families take turns and the first of all begins) {
  CAF_CHECK(order({true, true, true, false, false})
            == (indexes{0, 3, 1, 4, 2}));
  CAF_CHECK(order({false, false, true}) == (indexes{0, 2, 1}));
  CAF_CHECK(order({false, false}) == (indexes{0, 1}));
  CAF_CHECK(order({true}) == (indexes{0}));
  CAF_CHECK(order({}).empty());
}

CAF_TEST(addresses without end are not all tried) {
  CAF_CHECK_EQUAL(order(std::vector<bool>(10'000)).size(),
                  address_race::max_addresses);
}

CAF_TEST(the next address comes after a while) {
  address_race x{{true, false, true}};
  CAF_CHECK(x.next(t0) == std::size_t{0});
  CAF_CHECK(!x.next(t0));
  CAF_CHECK(x.due() == t0 + 250ms);
  CAF_CHECK(!x.next(t0 + 249ms));
  CAF_CHECK(x.next(t0 + 250ms) == std::size_t{1});
  CAF_CHECK(x.due() == t0 + 500ms);
  CAF_CHECK(x.next(t0 + 600ms) == std::size_t{2});
  CAF_CHECK(x.due() == never);
  CAF_CHECK(!x.next(t0 + 1h));
  CAF_CHECK(!x.lost()); // all three are under way
  x.failed();
  x.failed();
  CAF_CHECK(!x.lost());
  x.failed();
  CAF_CHECK(x.lost());
}

CAF_TEST(a failure has the next address tried at once) {
  address_race x{{false, false, false}};
  x.next(t0);
  x.failed();
  CAF_CHECK(!x.lost());
  CAF_CHECK(x.next(t0 + 1ms) == std::size_t{1});
  CAF_CHECK(!x.next(t0 + 1ms)); // one for one
  CAF_CHECK(x.due() == t0 + 251ms);
}
