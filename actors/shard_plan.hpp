#pragma once

#include <cstdint>
#include <vector>

#include <caf/error.hpp>

#include "messages/gateway_info.hpp"
#include "messages/settings.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// Which shards a process runs, by its settings and what the REST API
/// recommends. Pure.
struct shard_plan {
  /// Of the bot.
  std::uint32_t count = 1;
  /// Those that run here.
  std::vector<std::uint32_t> indexes;
  /// Guilds that the settings pin or ask for alone and that belong to shards
  /// that do not run here: worth a line, since one list may serve all of the
  /// bot's processes.
  std::vector<snowflake> foreign_guilds;
  /// None, or why nothing can be run.
  caf::error error;
};

shard_plan plan_shards(const settings& values, const gateway_info& info);

} // namespace muster
