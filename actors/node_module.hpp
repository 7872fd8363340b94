#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

namespace muster {

/// Gives actor systems of this configuration an id as a node that is drawn.
/// CAF makes it of MAC address and process id, which containers share: they
/// would take each other for themselves. It also lets CAF's own servers end
/// before the middleman, for at most ten seconds. Takes the slot of the module
/// network_manager.
void draw_node_id(caf::actor_system_config& cfg);

/// draw_node_id() has been called before `sys` was made.
bool has_drawn_node_id(const caf::actor_system& sys);

} // namespace muster
