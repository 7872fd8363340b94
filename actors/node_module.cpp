#include "actors/node_module.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <random>

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_registry.hpp>
#include <caf/node_id.hpp>
#include <unistd.h>

namespace muster {

namespace {

/// Is there before any actor is, and after the middleman.
class node_module final : public caf::actor_system::module {
public:
  explicit node_module(caf::actor_system& sys) : sys_(sys) {}

  void init(caf::actor_system_config&) override {
    caf::node_id::default_data::host_id_type host;
    std::random_device source;
    for (auto& x : host)
      x = static_cast<std::uint8_t>(source());
    auto process = static_cast<std::uint32_t>(getpid());
    // CAF has no setter; the system itself is no constant.
    const_cast<caf::node_id&>(sys_.node()) = caf::make_node_id(process, host);
  }

  /// CAF's own servers are watched before a process asks the broker to: they
  /// tell who has watched them last first, so this is told when the broker is.
  void start() override {
    auto told = std::make_shared<std::promise<void>>();
    servers_gone_ = told->get_future();
    auto left = std::make_shared<std::atomic<int>>(2);
    for (auto name : {caf::atom("SpawnServ"), caf::atom("ConfigServ")}) {
      auto server = sys_.registry().get(name);
      caf::actor_cast<caf::abstract_actor*>(server)->attach_functor([=] {
        if (--*left == 0)
          told->set_value();
      });
    }
  }

  /// Is called once the servers are told to end, and before the middleman is
  /// stopped, whose broker does not close its mailbox: what comes later would
  /// be held there for ever, and hold the broker. Ten seconds, as a scheduler
  /// that a test drives ends nobody.
  void stop() override { servers_gone_.wait_for(std::chrono::seconds(10)); }

  id_t id() const override { return network_manager; }
  void* subtype_ptr() override { return this; }

private:
  caf::actor_system& sys_;
  std::future<void> servers_gone_;
};

} // namespace

void draw_node_id(caf::actor_system_config& cfg) {
  cfg.module_factories.emplace_back([](caf::actor_system& sys) {
    return static_cast<caf::actor_system::module*>(new node_module(sys));
  });
}

bool has_drawn_node_id(const caf::actor_system& sys) {
  return sys.has_network_manager(); // nothing of CAF 0.17 uses it
}

} // namespace muster
