#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>

#include "actors/config.hpp"
#include "app/signals.hpp"

namespace muster::app {

/// What a command runs in: signals, the log on stderr, an actor system, and
/// one place to say how it ends.
class session {
public:
  explicit session(const std::string& log_level);

  caf::actor_system& system() { return *system_; }

  /// Sets the exit code; the first call decides. From any thread.
  void end(int exit_code);

  /// Waits for end() or a signal; gives the exit code. What follows a signal
  /// has `patience` to end.
  int wait();

private:
  /// Longer than a tracker takes to stop.
  static constexpr std::chrono::seconds patience{30};

  std::promise<int> promise_;
  std::shared_future<int> result_;
  std::atomic<bool> ended_{false};
  signals signals_;
  config config_;
  std::unique_ptr<caf::actor_system> system_;
};

} // namespace muster::app
