#pragma once

/// @file
/// The version.
/// Threads: callable from any.
/// Source: CMakeLists.txt.

#include <string>

#include "messages/api.hpp"

namespace muster {

/// Of muster, such as "1.0.0".
MUSTER_API std::string version();

} // namespace muster
