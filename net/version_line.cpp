#include "net/version_line.hpp"

#include <boost/version.hpp>
#include <caf/config.hpp>
#include <openssl/crypto.h>

#include "messages/version.hpp"

namespace muster {

namespace {

std::string triple(int major, int minor, int patch) {
  return std::to_string(major) + '.' + std::to_string(minor) + '.'
         + std::to_string(patch);
}

} // namespace

package_versions package_versions::all() {
  return {triple(CAF_MAJOR_VERSION, CAF_MINOR_VERSION, CAF_PATCH_VERSION),
          triple(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                 BOOST_VERSION % 100),
          OpenSSL_version(OPENSSL_VERSION_STRING)};
}

std::string version_line() {
  auto x = package_versions::all();
  return "muster " + version() + " (CAF " + x.caf + ", Boost " + x.boost
         + ", OpenSSL " + x.openssl + ')';
}

} // namespace muster
