#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "actors/guard.hpp"
#include "messages/internal/actors.hpp"
#include "messages/settings.hpp"
#include "messages/shard_id.hpp"
#include "net/connection.hpp"
#include "net/token.hpp"

namespace muster {

/// What a shard is made of; its parts can be replaced (A1).
struct shard_config {
  shard_id id;
  std::uint64_t start_id = 0;
  std::shared_ptr<const settings> values;
  std::shared_ptr<const token> secret;
  connection_factory connect;
  std::string gateway_url;
  identify_gate_actor gate;
  supervisor_actor supervisor;
  /// Evenly distributed numbers in [0, 1).
  std::function<double()> random;
  /// Shared by all of the bot's actors; may be null.
  stray_counter strays;
};

} // namespace muster
