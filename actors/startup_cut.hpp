#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "actors/guild_record.hpp"
#include "actors/startup_result.hpp"
#include "actors/vain_ends.hpp"
#include "messages/snowflake.hpp"
#include "net/clock.hpp"

namespace muster {

/// What a startup_ledger goes on from in another process (C6). Times are what
/// had passed or was left when it was made.
struct startup_cut {
  std::vector<std::pair<snowflake, guild_record>> guilds;
  startup_result result;
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
