#define CAF_SUITE actors_node_module

#include "actors/node_module.hpp"

#include <atomic>
#include <set>

#include <caf/all.hpp>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

std::atomic<int> servers_gone;
std::atomic<int> gone_in_time;

/// Is stopped before the middleman would be.
class witness final : public caf::actor_system::module {
public:
  void init(caf::actor_system_config&) override {}
  void start() override {}
  void stop() override { gone_in_time = servers_gone.load(); }
  id_t id() const override { return opencl_manager; }
  void* subtype_ptr() override { return this; }
};

struct node_config : caf::actor_system_config {
  node_config() {
    draw_node_id(*this);
    module_factories.emplace_back([](caf::actor_system&) {
      return static_cast<caf::actor_system::module*>(new witness);
    });
  }
};

} // namespace

CAF_TEST(every actor system is a node of its own) {
  std::set<caf::node_id> ids;
  node_config cfg;
  for (int i = 0; i < 3; ++i) {
    caf::actor_system sys{cfg};
    CAF_CHECK(has_drawn_node_id(sys));
    ids.insert(sys.node());
  }
  CAF_CHECK_EQUAL(ids.size(), 3u);
  caf::actor_system_config plain;
  caf::actor_system sys{plain};
  CAF_CHECK(!has_drawn_node_id(sys));
}

CAF_TEST(servers of CAF end before what their ends are told to) {
  node_config cfg;
  for (int i = 0; i < 50; ++i) {
    servers_gone = 0;
    {
      caf::actor_system sys{cfg};
      for (auto name : {caf::atom("SpawnServ"), caf::atom("ConfigServ")}) {
        auto server = sys.registry().get(name);
        caf::actor_cast<caf::abstract_actor*>(server)->attach_functor(
            [] { ++servers_gone; });
      }
    }
    CAF_REQUIRE_EQUAL(gone_in_time, 2);
  }
}
