#pragma once

#include <string>

#include "messages/internal/standing.hpp"

namespace muster {

/// Every shard that is to run here has a session.
bool is_ready(const fleet_standing& x);

/// What /status says: one JSON object. Times are milliseconds. Pure.
std::string standing_json(const fleet_standing& x);

} // namespace muster
