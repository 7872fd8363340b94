#pragma once

#include <chrono>
#include <mutex>

#include <unistd.h>

#include "app/output.hpp"
#include "app/progress_view.hpp"

namespace muster::app {

/// The view and stdout, which the listener of `run` and the clock of the live
/// line share. Thread-safe.
class display {
public:
  using clock = std::chrono::steady_clock;

  display() : view_(isatty(STDOUT_FILENO) != 0, clock::now()) {}

  /// Writes what `text_of` makes of the view; false if stdout takes no more.
  template <class TextOf>
  bool write(TextOf text_of) {
    std::lock_guard guard{mutex_};
    auto text = text_of(view_);
    return text.empty() || write_out(text);
  }

private:
  std::mutex mutex_;
  progress_view view_;
};

} // namespace muster::app
