#define CAF_SUITE system_node_cables

#include <optional>

#include "tests/support/node_trial_fixture.hpp"

using namespace muster::test;

namespace {

/// Three machines, a gateway and a database on cables, where there can be any.
struct fixture {
  fixture() {
    if (auto why = test_network::why_not(); !why.empty()) {
      CAF_MESSAGE("no cables are cut here: " << why);
      CAF_CHECK(!why.empty());
      return;
    }
    network.emplace();
    store.emplace(test_network::host(test_network::lan::store));
    node_fleet::terms x;
    x.state = store->url();
    x.network = &*network;
    trial.emplace(x, store->both());
  }

  std::optional<test_network> network;
  std::optional<postgres_switch> store;
  std::optional<node_trial> trial;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_cable_tests, fixture)

CAF_TEST(C2 C3 C5 C12 cables that are cut cost no session) {
  if (!trial)
    return;
  auto loose = "cable to the store cut for 0.3 of node-timeout";
  CAF_CHECK_EQUAL(check_fault(*trial, loose).doubled, 0u);
  CAF_CHECK(check_fault(*trial, "cable to the store cut").noticed.has_value());
  for (auto fault : {"cable to the gateway cut", "cables between nodes cut"})
    CAF_CHECK_EQUAL(check_fault(*trial, fault).doubled, 0u);
  CAF_CHECK(check_fault(*trial, "machine unplugged").noticed.has_value());
}

CAF_TEST_FIXTURE_SCOPE_END()
