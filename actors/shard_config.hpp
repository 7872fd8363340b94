#pragma once

#include <functional>
#include <memory>

#include "actors/guard.hpp"
#include "actors/io_unit.hpp"
#include "messages/internal/actors.hpp"
#include "messages/internal/claim.hpp"
#include "messages/settings.hpp"
#include "net/connection.hpp"
#include "net/token.hpp"

namespace muster {

/// What a shard works with in this process; its parts can be replaced (A1).
/// The other half of its configuration, which can cross nodes, is the
/// shard_assignment.
struct shard_means {
  std::shared_ptr<const settings> values;
  std::shared_ptr<const token> secret;
  connection_factory connect;
  /// Of the thread on which its connections live; may be null.
  std::shared_ptr<io_unit> unit;
  identify_gate_actor gate;
  store_keeper_actor keeper;
  supervisor_actor supervisor;
  /// The store outlasts the process: cuts are for somebody.
  bool keeps = false;
  /// Nonces of E1s that this process has told of it (C5).
  std::vector<std::string> told;
  /// Before it connects: owners before it have died of something (C5).
  timespan wait{0};
  /// Evenly distributed numbers in [0, 1).
  std::function<double()> random;
  /// Shared by all of the bot's actors; may be null.
  stray_counter strays;
};

/// What a shard is made of.
struct shard_config : shard_assignment, shard_means {};

} // namespace muster
