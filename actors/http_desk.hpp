#pragma once

#include <string>
#include <vector>

#include <caf/actor_system.hpp>

#include "messages/internal/actors.hpp"
#include "net/http_server.hpp"

namespace muster {

/// What an http_server shows of a bot: a page at /, which is told by /events
/// each second how it stands; /metrics, /healthz (its actors answer), /readyz
/// (every shard has a session), /status. Each question is an actor's, so that
/// the text is made on a worker's thread, not on the connections'.
struct http_desk {
  static std::vector<std::string> paths();

  /// Asks them, and keeps them.
  static http_server::handler
  make(caf::actor_system& sys, supervisor_actor fleet, overview_actor events);

  /// What a path says of a fleet that has answered. Pure but for the figures
  /// of the process.
  static http_page show(const std::string& path, const fleet_standing& x);
};

} // namespace muster
