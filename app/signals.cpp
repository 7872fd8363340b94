#include "app/signals.hpp"

#include <csignal>
#include <pthread.h>
#include <utility>

namespace muster::app {

namespace {

// Ends the thread; ignored by everyone else while it is blocked.
constexpr int wake = SIGUSR2;

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, wake);
  return set;
}

} // namespace

signals::signals(std::function<void(int)> f) {
  auto set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread{[f = std::move(f), set] {
    for (int number = 0; sigwait(&set, &number) == 0 && number != wake;)
      f(number);
  }};
}

signals::~signals() {
  pthread_kill(thread_.native_handle(), wake);
  thread_.join();
}

} // namespace muster::app
