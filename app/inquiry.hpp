#pragma once

#include <memory>
#include <string>

#include <caf/actor.hpp>
#include <caf/timespan.hpp>

#include "app/session.hpp"
#include "messages/actors.hpp"

namespace muster::app {

/// What the asking actor and the command share. The command reads it when the
/// session has ended.
struct inquiry {
  session& s;
  caf::timespan deadline;
  /// Each line is an object with `member` and `presence`, which are null where
  /// one has come without the other.
  bool presences = false;
  /// Why the request was refused or is not complete.
  std::string refusal;
  /// Nothing came for too long.
  bool late = false;
};

/// Spawns an actor that asks for members, prints them as they come, each
/// once and one a line, and ends the session with the exit code. An
/// unsubscribe_request ends it.
caf::actor ask(caf::actor_system& system, router_actor router,
               guild_members_request wish, std::shared_ptr<inquiry> x);

} // namespace muster::app
