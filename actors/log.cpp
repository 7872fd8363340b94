#include "actors/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace muster {

spdlog::logger& log() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    if (auto theirs = spdlog::get("muster"))
      return theirs;
    auto ours = std::make_shared<spdlog::logger>(
        "muster", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    ours->set_level(spdlog::level::warn);
    return ours;
  }();
  return *logger;
}

} // namespace muster
