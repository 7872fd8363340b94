#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>
#include <spdlog/sinks/ringbuffer_sink.h>

#include "actors/config.hpp"
#include "app/signals.hpp"

namespace muster::app {

/// What a command runs in: signals, the log on stderr, an actor system, and
/// one place to say how it ends.
class session {
public:
  /// `nodes`: its actor system is one of several of the bot.
  explicit session(const std::string& log_level, bool json_log = false,
                   bool nodes = false);

  caf::actor_system& system() { return *system_; }

  /// Sets the exit code; the first call decides. From any thread.
  void end(int exit_code);

  /// True if end() or a signal comes within `patience`; wait() then returns at
  /// once.
  bool wait_for(std::chrono::milliseconds patience);

  /// The last warning or error of the log, shown or not; empty if there is
  /// none. From any thread.
  std::string last_warning() const;

  /// True if the log has just shown an error with this text.
  bool told(const std::string& why) const;

  /// True if the log shows errors.
  bool tells_errors() const { return shown_ <= spdlog::level::err; }

  /// Waits for end() or a signal; gives the exit code. What follows a signal
  /// has `patience` to end.
  int wait();

private:
  /// Longer than a tracker takes to stop.
  static constexpr std::chrono::seconds patience{30};

  std::promise<int> promise_;
  std::shared_future<int> result_;
  std::atomic<bool> ended_{false};
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> warnings_;
  spdlog::level::level_enum shown_ = spdlog::level::info;
  signals signals_;
  config config_;
  std::unique_ptr<caf::actor_system> system_;
};

} // namespace muster::app
