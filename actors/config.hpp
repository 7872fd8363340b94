#pragma once

#include <caf/actor_system_config.hpp>

#include "messages/settings.hpp"
#include "net/token.hpp"

namespace muster {

/// Teaches an actor system's configuration muster's messages and errors. For
/// bots that have a configuration class of their own; config does it itself.
void prepare(caf::actor_system_config& cfg);

/// An actor system's configuration that suits muster: its messages, the
/// scheduler policy `sharing` with 2 to 4 threads, and no file read from the
/// working directory. On the command line it understands
/// --muster.rest-url=URL, --muster.ca-file=FILE and --muster.state=sqlite:PATH,
/// and, for what cluster_settings names so, --muster.node, --muster.advertise
/// and --muster.tls-dir; a bot that uses these calls prepare_nodes(), too.
class config : public caf::actor_system_config {
public:
  /// Takes the token from the environment variable DISCORD_TOKEN, if set.
  config();

  muster::settings settings;
  muster::token token;
};

} // namespace muster
