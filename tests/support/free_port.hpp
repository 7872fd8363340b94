#pragma once

#include <string>

namespace muster::test {

/// A port of 127.0.0.1 at which nobody listened a moment ago.
std::string free_port();

} // namespace muster::test
