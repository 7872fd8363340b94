#pragma once

#include <string>

namespace muster {

/// The version with those of the packages that it was built with: CAF, Boost,
/// and OpenSSL as it runs.
std::string version_line();

} // namespace muster
