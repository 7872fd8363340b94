#pragma once

#include <string>

#include "messages/event.hpp"
#include "messages/node_event.hpp"

namespace muster::app {

/// The events as one JSON object each, without line feed. Ids are strings,
/// times RFC 3339 in UTC with milliseconds; keys never vanish, what is absent
/// is null.
std::string to_json(const chunk_request_finished& x);
std::string to_json(const shard_finished_chunking& x);
std::string to_json(const finished_chunking& x);
std::string to_json(const chunking_progress& x);
std::string to_json(const shard_ready& x);
std::string to_json(const shard_resumed& x);
std::string to_json(const shard_disconnected& x);
std::string to_json(const shard_moved& x);
std::string to_json(const node_joined& x);
std::string to_json(const node_left& x);
std::string to_json(const events_missed& x);

/// "2026-08-01T12:00:00.123Z".
std::string to_rfc3339(caf::timestamp x);

} // namespace muster::app
