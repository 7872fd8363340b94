#include "messages/internal/claim.hpp"

#include <cstdio>

namespace muster {

std::string node_name(std::uint64_t node) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx",
                static_cast<unsigned long long>(node));
  return text;
}

std::string to_string(shard_state x) {
  switch (x) {
  case shard_state::free:
    return "free";
  case shard_state::starting:
    return "starting";
  case shard_state::connected:
    return "connected";
  case shard_state::closed:
    return "closed";
  case shard_state::unplaceable:
    return "unplaceable";
  }
  return "free";
}

} // namespace muster
