#pragma once

#include <string>
#include <vector>

#include "actors/request_record.hpp"
#include "net/clock.hpp"
#include "net/guild_cooldown.hpp"

namespace muster {

/// A request that had not ended, as another process goes on from it.
struct saved_request : request_record {
  std::vector<std::string> callers;
  /// What it has to wait at least.
  timespan wait{0};

  friend bool operator==(const saved_request&, const saved_request&) = default;
};

/// What a request_book goes on from in another process (C6). The chunks that
/// have come are not in it: what was on the wire is asked for again, unless a
/// replay completes it.
struct request_cut {
  std::vector<guild_cooldown::saved_stamp> stamps;
  /// In the order of their arrival.
  std::vector<saved_request> requests;

  friend bool operator==(const request_cut&, const request_cut&) = default;
};

} // namespace muster
