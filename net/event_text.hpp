#pragma once

#include <string>

#include "messages/event.hpp"

namespace muster {

// An E2 as a store keeps it, without what its row tells.

std::string write_event(const shard_finished_chunking& x);

/// False if `text` is damaged. Leaves the index of the shard and the start as
/// they are.
bool read_event(const std::string& text, shard_finished_chunking& out);

} // namespace muster
