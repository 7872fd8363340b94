#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/guild_record.hpp"
#include "actors/startup_result.hpp"
#include "actors/vain_ends.hpp"
#include "messages/snowflake.hpp"
#include "net/clock.hpp"

namespace muster {

using guild_records = std::vector<std::pair<snowflake, guild_record>>;

/// What of the guilds differs from what was saved before.
struct guild_changes {
  /// Those that are here are all that there are.
  bool all = false;
  guild_records guilds;
  std::vector<snowflake> gone;
};

/// How often the startup has begun to ask for guilds that are gone, in case
/// that they come back in the same session.
using departed_guilds = std::unordered_map<snowflake, std::uint32_t>;

/// What a startup_ledger goes on from in another process (C6). Times are what
/// had passed or was left when it was made.
struct startup_cut {
  guild_records guilds;
  startup_result result;
  departed_guilds departed;
  /// Not to be asked for before a startup has ended (Q13).
  std::vector<snowflake> spoiled;
  std::uint64_t created = 0;
  vain_ends ends;
  bool hurried = false;
  /// Since the last GUILD_CREATE.
  timespan since_create{0};
  bool auto_chunk = false;
  bool began = false;
  bool finished = false;

  friend bool operator==(const startup_cut&, const startup_cut&) = default;
};

} // namespace muster
