#define CAF_SUITE system_nodes_postgres

#include "tests/support/node_trial_fixture.hpp"

using namespace muster::test;

CAF_TEST(C3 C5 C14 processes of several machines share a database) {
  postgres_switch store;
  node_fleet::terms x;
  x.state = store.url();
  x.tls_dir = store.keys();
  node_trial trial{x, store.both()};
  check_faults(trial, {"SIGTERM", "kill -9", "database stopped for 5 s"});
}
