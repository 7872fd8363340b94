#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace muster::app {

/// Calls `f(signal number)` for the first SIGINT or SIGTERM, on a thread of
/// its own. It, or what it sets off, may be held up, by a stdout or stderr that
/// nobody reads for one: a second signal half a second later, or `patience`,
/// ends the program at once with 128 + the first one's number. To be made
/// before any other thread, which then leave the signals to it.
class signals {
public:
  signals(std::function<void(int)> f, std::chrono::seconds patience);
  ~signals();

  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;

private:
  std::thread thread_;
};

} // namespace muster::app
