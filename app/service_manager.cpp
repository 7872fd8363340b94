#include "app/service_manager.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include <systemd/sd-daemon.h>

#include "app/text.hpp"

namespace muster::app {

service_manager::service_manager()
    : present_(std::getenv("NOTIFY_SOCKET") != nullptr) {
  std::uint64_t bound = 0; // microseconds
  if (sd_watchdog_enabled(0, &bound) > 0)
    interval_ = std::clamp(std::chrono::milliseconds(bound / 1000 / 3),
                           std::chrono::milliseconds(10), interval_);
}

std::string service_manager::text_of(const statistics& x) {
  auto all = x.shards > 0 && x.connected == x.shards;
  std::string result =
      "WATCHDOG=1\nSTATUS=" + std::to_string(x.connected) + " of "
      + std::to_string(x.shards) + " shards have a session; "
      + with_commas(x.guilds) + " guilds, " + with_commas(x.members)
      + " members received, " + with_commas(x.in_flight + x.queued_requests)
      + " requests open";
  if (all && !std::exchange(ready_, true))
    result += "\nREADY=1";
  return result;
}

void service_manager::tell(const std::optional<statistics>& x) {
  if (present_ && x)
    sd_notify(0, text_of(*x).c_str());
}

void service_manager::stopping() {
  if (present_)
    sd_notify(0, "STOPPING=1\nSTATUS=leaving the gateway");
}

} // namespace muster::app
