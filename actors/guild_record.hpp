#pragma once

#include <cstdint>

#include "messages/status.hpp"

namespace muster {

/// Where a guild stands in its shard's startup. Part of the format of cuts:
/// append, never insert.
enum class guild_phase : std::uint8_t {
  awaited, // for its GUILD_CREATE
  idle,    // here, not asked for
  chunking,
  complete,
  incomplete,
  missed,
  unavailable,
};
constexpr std::size_t guild_phases = 7;

/// What a shard knows of one guild.
struct guild_record {
  guild_phase phase = guild_phase::idle;
  /// Of the READY, and the startup has no verdict on it yet.
  bool open = false;
  /// The bot itself has asked for it before its GUILD_CREATE came.
  bool asked = false;
  /// A list that the bot asked for before that has failed.
  bool tried = false;
  bool created = false;
  /// What requests that have ended brought, while others go on.
  bool all_came = false;
  bool some_came = false;
  std::uint64_t member_count = 0;
  std::uint64_t members = 0;
  /// Since chunking began (S8).
  std::uint64_t joined = 0;
  std::uint64_t left = 0;
  /// Requests that the startup has begun for it in this session (C6).
  std::uint32_t begun = 0;

  bool judged() const {
    return phase == guild_phase::complete || phase == guild_phase::incomplete
           || phase == guild_phase::missed;
  }

  /// As far as its requests do not know better.
  guild_status status() const {
    switch (phase) {
    case guild_phase::chunking:
      return guild_status::queued;
    case guild_phase::complete:
      return guild_status::complete;
    case guild_phase::incomplete:
      return guild_status::incomplete;
    case guild_phase::missed:
      return guild_status::missed;
    case guild_phase::unavailable:
      return guild_status::unavailable;
    default:
      return guild_status::unknown;
    }
  }

  friend bool operator==(const guild_record&, const guild_record&) = default;
};

} // namespace muster
