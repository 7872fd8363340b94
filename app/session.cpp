#include "app/session.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <utility>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "app/exit_code.hpp"
#include "app/json_log.hpp"

namespace muster::app {

namespace {

/// Writes to stderr; an error that several shards share, which differs in
/// their numbers only, is written once in a row.
class log_sink : public spdlog::sinks::base_sink<std::mutex> {
protected:
  void sink_it_(const spdlog::details::log_msg& x) override {
    if (x.level == spdlog::level::err) {
      std::string text{x.payload.data(), x.payload.size()};
      auto cause = text.rfind("shard ", 0) == 0
                       ? text.substr(std::min(text.find(": "), text.size()))
                       : text;
      if (cause == std::exchange(last_error_, cause))
        return;
    }
    inner_.log(x);
  }

  void flush_() override { inner_.flush(); }

  void set_pattern_(const std::string& x) override { inner_.set_pattern(x); }

  void set_formatter_(std::unique_ptr<spdlog::formatter> x) override {
    inner_.set_formatter(std::move(x));
  }

private:
  spdlog::sinks::stderr_color_sink_st inner_;
  std::string last_error_;
};

} // namespace

session::session(const std::string& log_level, bool json_log_wanted, bool nodes)
    : result_(promise_.get_future()),
      warnings_(std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(1)),
      signals_(
          [this](int number) {
            end(number == SIGINT ? exit_interrupted : exit_terminated);
            // Away from the ^C and the line that is rewritten.
            std::fputs(isatty(STDERR_FILENO) != 0
                           ? "\nleaving the gateway ...\n"
                           : "leaving the gateway ...\n",
                       stderr);
          },
          patience) {
  auto shown = std::make_shared<log_sink>();
  auto level = log_level.empty() ? spdlog::level::info
                                 : spdlog::level::from_str(log_level);
  shown->set_level(level);
  shown_ = level;
  warnings_->set_level(spdlog::level::warn);
  auto logger = std::make_shared<spdlog::logger>(
      "muster", spdlog::sinks_init_list{shown, warnings_});
  if (json_log_wanted)
    logger->set_formatter(std::make_unique<json_log>());
  else
    logger->set_pattern("%H:%M:%S.%e %^%l%$ %v");
  logger->set_level(std::min(level, spdlog::level::warn));
  spdlog::drop("muster");
  spdlog::register_logger(logger);
  if (nodes)
    prepare_nodes(config_);
  system_ = std::make_unique<caf::actor_system>(config_);
}

void session::end(int exit_code) {
  if (!ended_.exchange(true))
    promise_.set_value(exit_code);
}

bool session::wait_for(std::chrono::milliseconds patience) {
  return result_.wait_for(patience) == std::future_status::ready;
}

bool session::told(const std::string& why) const {
  return tells_errors() && last_warning().find(why) != std::string::npos;
}

std::string session::last_warning() const {
  auto last = warnings_->last_raw(1);
  return last.empty()
             ? std::string{}
             : std::string{last[0].payload.data(), last[0].payload.size()};
}

int session::wait() {
  return result_.get();
}

} // namespace muster::app
