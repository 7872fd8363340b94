#define CAF_SUITE net_name_lookup

#include "net/name_lookup.hpp"

#include <algorithm>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> find(const std::string& host, timespan wait = 1h) {
  name_lookup names;
  return names.find(host, std::chrono::steady_clock::now() + wait);
}

} // namespace

CAF_TEST(an address is its own without asking anybody) {
  for (auto host : {"10.0.0.1", "::1", "2001:db8::1"})
    CAF_CHECK_EQUAL(find(host, -1s), std::vector<std::string>{host});
}

CAF_TEST(a name has the addresses that the system knows each once) {
  auto all = find("localhost");
  CAF_CHECK(!all.empty());
  for (auto& x : all) {
    CAF_CHECK(x == "127.0.0.1" || x == "::1");
    CAF_CHECK_EQUAL(std::count(all.begin(), all.end(), x), 1);
  }
}

CAF_TEST(C2 what is not known in time is asked for by the next call) {
  name_lookup names;
  // The deadline has passed, the answer comes all the same.
  names.find("localhost", time_point::min());
  auto until = std::chrono::steady_clock::now() + 1h;
  CAF_CHECK(!names.find("localhost", until).empty());
}
