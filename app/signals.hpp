#pragma once

#include <functional>
#include <thread>

namespace muster::app {

/// Calls `f(signal number)` on a thread of its own for SIGINT and SIGTERM. To
/// be made before any other thread, which then leave the signals to it.
class signals {
public:
  explicit signals(std::function<void(int)> f);
  ~signals();

  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;

private:
  std::thread thread_;
};

} // namespace muster::app
