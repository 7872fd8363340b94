#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "actors/guild_record.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// What a startup has come to so far, and in the end: the verdicts on its
/// guilds (E2). Pure.
struct startup_result {
  /// False when nothing was asked for: counts for E3, without an E2 (S3).
  bool with_event = true;
  std::vector<snowflake> incomplete;
  std::vector<snowflake> missed;
  std::vector<snowflake> unavailable;
  /// Complete ones, and their members.
  std::uint64_t guilds = 0;
  std::uint64_t members = 0;

  void add(snowflake id, guild_phase verdict, std::uint64_t came) {
    switch (verdict) {
    case guild_phase::complete:
      ++guilds;
      members += came;
      break;
    case guild_phase::incomplete:
      incomplete.push_back(id);
      break;
    case guild_phase::missed:
      missed.push_back(id);
      break;
    case guild_phase::unavailable:
      unavailable.push_back(id);
      break;
    default:
      break;
    }
  }

  /// Takes a bad verdict back; that of an outage only with `outage`. False if
  /// there was none.
  bool take_back(snowflake id, bool outage) {
    auto taken = std::erase(incomplete, id) + std::erase(missed, id);
    if (outage)
      taken += std::erase(unavailable, id);
    return taken > 0;
  }

  std::size_t failed() const {
    return incomplete.size() + missed.size() + unavailable.size();
  }

  void sort() {
    for (auto ids : {&incomplete, &missed, &unavailable})
      std::sort(ids->begin(), ids->end());
  }

  friend bool operator==(const startup_result&,
                         const startup_result&) = default;
};

} // namespace muster
