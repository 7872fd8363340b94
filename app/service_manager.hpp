#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "messages/status.hpp"

namespace muster::app {

/// Tells systemd how the program is, if that has started it as Type=notify:
/// ready when every shard has a session, alive while the actors answer, and a
/// line for `systemctl status`. For one thread.
/// Source: sd_notify(3), sd_watchdog_enabled(3).
class service_manager {
public:
  service_manager();

  /// Nobody has to be told anything.
  bool is_absent() const { return !present_; }

  /// How often it wants to hear.
  std::chrono::milliseconds interval() const { return interval_; }

  /// What the actors have answered; none if they have not.
  void tell(const std::optional<statistics>& x);

  /// What tell() is about to say.
  std::string text_of(const statistics& x);

  /// The program ends.
  void stopping();

private:
  bool present_;
  bool ready_ = false;
  std::chrono::milliseconds interval_{1000};
};

} // namespace muster::app
