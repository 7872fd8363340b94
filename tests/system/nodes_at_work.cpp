#define CAF_SUITE system_nodes_at_work

#include "tests/support/node_trial_fixture.hpp"

using namespace muster::test;

CAF_TEST(C5 C12 who dies in the middle of something costs no session) {
  sqlite_switch store;
  node_fleet::terms x;
  x.state = store.url();
  node_trial trial{x, store.both()};
  check_faults(trial,
               {"kill -9 during a request", "kill -9 during a handover",
                "all killed at once, begun again", "kill -9 during startup"});
}
