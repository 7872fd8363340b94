#pragma once

#include <string>

#include <caf/timestamp.hpp>

#include "actors/event_journal.hpp"
#include "messages/event.hpp"
#include "messages/internal/standing.hpp"

namespace muster {

/// What the page shows: how the shards are, and what has happened. `startup` is
/// the last chunking_progress, if there was one. One line of JSON. Pure.
std::string overview_json(const fleet_standing& x, const event_journal& journal,
                          const optional<chunking_progress>& startup,
                          caf::timestamp now);

} // namespace muster
