#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/clock.hpp"

namespace muster {

/// Looks names of hosts up with a deadline, which the system's resolver has
/// not. Each runs on a thread that is left alone if it takes longer; there is
/// never more than one of them. Not thread-safe.
class name_lookup {
public:
  /// Its addresses as text; none if it has none, or not in time. What is an
  /// address already is its own.
  std::vector<std::string> find(const std::string& host, time_point until);

private:
  struct job;
  std::shared_ptr<job> last_;
};

} // namespace muster
