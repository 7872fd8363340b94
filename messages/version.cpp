#include "messages/version.hpp"

namespace muster {

std::string version() {
  return MUSTER_VERSION;
}

} // namespace muster
