#pragma once

#include <string>

#include "net/store_status.hpp"

namespace muster::app {

/// What a store tells as one JSON object, without line feed.
std::string to_json(const store_status& x);

/// The same for people, in lines.
std::string to_table(const store_status& x);

} // namespace muster::app
