#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace muster::test {

/// Measures how long a thread that has work to do was kept from it, by handing
/// it something to do again and again.
class stall_meter {
public:
  using clock = std::chrono::steady_clock;

  /// `round_trip` returns when the thread has got round to it.
  explicit stall_meter(std::function<void()> round_trip)
      : round_trip_(std::move(round_trip)), thread_([this] { run(); }) {}

  ~stall_meter() { stop(); }

  /// Ends the measuring; the longest stall there was.
  clock::duration stop() {
    {
      std::lock_guard guard{mutex_};
      stopped_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable())
      thread_.join();
    return longest_;
  }

private:
  void run() {
    std::unique_lock guard{mutex_};
    // Being late itself is a sign of the same.
    for (auto due = clock::now() + interval;
         !changed_.wait_until(guard, due, [this] { return stopped_; });
         due = clock::now() + interval) {
      guard.unlock();
      round_trip_();
      longest_ = std::max(longest_, clock::now() - due);
      guard.lock();
    }
  }

  static constexpr auto interval = std::chrono::milliseconds(50);

  std::function<void()> round_trip_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  clock::duration longest_{0};
  std::thread thread_;
};

} // namespace muster::test
