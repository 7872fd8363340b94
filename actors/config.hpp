#pragma once

/// @file
/// The configuration of a bot, which CAF fills.
/// Threads: for the one that begins the bot, before there is an actor system.
/// Source: CAF > Configuring Actor Applications.

#include <caf/actor_system_config.hpp>

#include "messages/api.hpp"
#include "messages/settings.hpp"
#include "net/token.hpp"

namespace muster {

/// Teaches an actor system's configuration muster's messages and errors. For
/// bots that have a configuration class of their own; config does it itself.
MUSTER_API void prepare(caf::actor_system_config& cfg);

/// Makes an actor system fit for a bot on several nodes: CAF's middleman, with
/// heartbeats by which a silent node is missed after 4 s, and an id that no
/// other node has. To be called before the system is made.
MUSTER_API void prepare_nodes(caf::actor_system_config& cfg);

/// An actor system's configuration that suits muster: its messages, the
/// scheduler policy `sharing` with 2 to 4 threads, and no file read from the
/// working directory. On the command line it understands
/// --muster.rest-url=URL, --muster.ca-file=FILE and --muster.state=sqlite:PATH,
/// and, for what cluster_settings names so, --muster.node, --muster.advertise
/// and --muster.tls-dir; a bot that uses these calls prepare_nodes(), too.
class MUSTER_API config : public caf::actor_system_config {
public:
  /// Takes the token from the environment variable DISCORD_TOKEN, if set.
  config();

  /// For the tracker that is made with this.
  muster::settings settings;
  /// Likewise; empty if there is none.
  muster::token token;
};

} // namespace muster
