#define CAF_SUITE actors_far_standing

#include <nlohmann/json.hpp>

#include "actors/event_journal.hpp"
#include "actors/metrics_text.hpp"
#include "actors/overview_json.hpp"

#include "tests/support/two_nodes.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// Two processes with two shards each, which reach each other.
struct fixture : linked_nodes {
  fixture() { connect(); }

  fleet_standing standing() {
    auto result = std::make_shared<std::optional<fleet_standing>>();
    first.sys.spawn([this, result](caf::event_based_actor* self) {
      self->request(first.supervisor, caf::infinite, fleet_standing_request{})
          .then([result](const fleet_standing& x) { *result = x; });
    });
    run();
    CAF_REQUIRE(*result);
    return **result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(far_standing_tests, fixture)

CAF_TEST(a process tells its own shards and who has the others) {
  auto x = standing();
  CAF_CHECK(x.begun);
  CAF_CHECK(!x.over);
  CAF_CHECK_EQUAL(x.wanted, 2u);
  CAF_CHECK_EQUAL(x.shards.size(), 2u);
  CAF_CHECK(x.silent.empty());
  CAF_CHECK(x.ended.empty());
  CAF_REQUIRE_EQUAL(x.nodes.size(), 2u);
  CAF_CHECK(x.nodes[0].here);
  CAF_CHECK_EQUAL(x.nodes[0].shards, 2u);
  CAF_CHECK(!x.nodes[1].here);
  CAF_CHECK_EQUAL(x.nodes[1].shards, 2u);
  CAF_CHECK(x.nodes[0].address != x.nodes[1].address);
  CAF_REQUIRE(x.identifies_left);
  CAF_REQUIRE(x.identifies_limit);
  CAF_CHECK(*x.identifies_left < *x.identifies_limit);
  auto y = nlohmann::json::parse(
      overview_json(x, event_journal{caf::timestamp{}}, {}, caf::timestamp{}));
  CAF_CHECK_EQUAL(y["nodes"].size(), 2u);
  CAF_CHECK_EQUAL(y["nodes"][1]["shards"], 2);
  CAF_CHECK(metrics_text(x, {}).find("muster_identifies_left ")
            != std::string::npos);
}

CAF_TEST(a process that has ended is told no longer) {
  second.end();
  pass(60s);
  auto x = standing();
  CAF_CHECK_EQUAL(x.nodes.size(), 1u);
  CAF_CHECK_EQUAL(x.wanted, 4u);
  CAF_CHECK_EQUAL(x.shards.size(), 4u);
}

CAF_TEST_FIXTURE_SCOPE_END()
