#pragma once

#include <string>

namespace muster::test {

/// A port of 127.0.0.1 at which nobody listened a moment ago, and which is
/// given to nobody who does not name it.
std::string free_port();

} // namespace muster::test
