#include "app/session.hpp"

#include <csignal>
#include <cstdio>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "app/exit_code.hpp"

namespace muster::app {

session::session(const std::string& log_level)
    : result_(promise_.get_future()),
      signals_(
          [this](int number) {
            end(number == SIGINT ? exit_interrupted : exit_terminated);
            std::fputs("\nleaving the gateway ...\n", stderr);
          },
          patience) {
  auto logger = std::make_shared<spdlog::logger>(
      "muster", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->set_pattern("%H:%M:%S.%e %^%l%$ %v");
  logger->set_level(log_level.empty() ? spdlog::level::info
                                      : spdlog::level::from_str(log_level));
  spdlog::drop("muster");
  spdlog::register_logger(logger);
  system_ = std::make_unique<caf::actor_system>(config_);
}

void session::end(int exit_code) {
  if (!ended_.exchange(true))
    promise_.set_value(exit_code);
}

int session::wait() {
  return result_.get();
}

} // namespace muster::app
