#pragma once

#include <string>

namespace muster {

/// Of what it was built with, and of OpenSSL as it runs: "1.74.0".
struct package_versions {
  std::string caf;
  std::string boost;
  std::string openssl;

  static package_versions all();
};

/// The version with those of the packages that it was built with: CAF, Boost,
/// and OpenSSL as it runs.
std::string version_line();

} // namespace muster
