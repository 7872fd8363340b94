#include "app/signals.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <future>
#include <pthread.h>
#include <utility>

namespace muster::app {

namespace {

// Ends the thread; ignored by everyone else while it is blocked.
constexpr int wake = SIGUSR2;

// timeout(1) signals the process and then its group: signals this close
// together are one.
constexpr std::chrono::milliseconds one_blow{500};

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, wake);
  return set;
}

} // namespace

signals::signals(std::function<void(int)> f, std::chrono::seconds patience) {
  auto set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread{[f = std::move(f), set, patience] {
    int first = 0;
    if (sigwait(&set, &first) != 0 || first == wake)
      return;
    using clock = std::chrono::steady_clock;
    auto began = clock::now();
    // It may get stuck itself: stderr may be a pipe that nobody reads.
    std::packaged_task<void()> task{[f, first] { f(first); }};
    auto done = task.get_future();
    std::thread call{std::move(task)};
    for (;;) {
      auto left = std::chrono::ceil<std::chrono::seconds>(began + patience
                                                          - clock::now());
      timespec wait{std::max<std::time_t>(left.count(), 0), 0};
      auto second = sigtimedwait(&set, nullptr, &wait);
      if (second == wake
          && done.wait_for(one_blow) == std::future_status::ready) {
        call.join();
        return;
      }
      auto repeat =
          second > 0 && second != wake && clock::now() - began < one_blow;
      if (!repeat && (second > 0 || errno == EAGAIN))
        std::_Exit(128 + first); // what is stuck may hold locks of stdio
    }
  }};
}

signals::~signals() {
  pthread_kill(thread_.native_handle(), wake);
  thread_.join();
}

} // namespace muster::app
