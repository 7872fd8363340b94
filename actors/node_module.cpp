#include "actors/node_module.hpp"

#include <array>
#include <cstdint>
#include <random>

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

  void start() override {}
  void stop() override {}
  id_t id() const override { return network_manager; }
  void* subtype_ptr() override { return this; }

private:
  caf::actor_system& sys_;
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
