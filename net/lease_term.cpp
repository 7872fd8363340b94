#include "net/lease_term.hpp"

#include <ctime>

namespace muster {

time_point time_since_boot() {
  timespec x{};
  clock_gettime(CLOCK_BOOTTIME, &x);
  return time_point{std::chrono::seconds(x.tv_sec)
                    + std::chrono::nanoseconds(x.tv_nsec)};
}

} // namespace muster
