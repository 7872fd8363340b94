#define CAF_SUITE system_nodes

#include "tests/support/node_trial_fixture.hpp"

using namespace muster::test;

CAF_TEST(C4 C5 C11 processes come and go and no session is lost) {
  sqlite_switch store;
  node_fleet::terms x;
  x.state = store.url();
  node_trial trial{x, store.both()};
  check_faults(trial, {"join late", "SIGTERM", "kill -9",
                       "SIGSTOP past the lease", "database stopped for 5 s"});
}
