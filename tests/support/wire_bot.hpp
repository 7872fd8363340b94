#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/config.hpp"
#include "actors/tracker.hpp"
#include "app/simulator/simulator.hpp"

namespace muster::test {

/// Options of a simulator with short limits.
sim::options small_world();

/// Settings that suit a simulator.
settings settings_for(const sim::simulator& world);

/// muster with real sockets against a simulator in this process; what it
/// tells is kept, and can be waited for with a bound.
class wire_bot {
public:
  explicit wire_bot(settings values, std::string secret = "wire.token");
  ~wire_bot();

  void start();

  /// True as soon as `done` holds; false after a minute.
  bool wait(const std::function<bool()>& done);
  bool wait_for_finish() {
    return wait([this] { return !finished.empty(); });
  }

  /// Sends a request and waits for its answer, a minute at the most.
  std::optional<chunk_request_finished> ask(guild_members_request x,
                                            caf::error* error = nullptr);
  statistics figures();

  std::uint64_t members_of(const std::vector<chunk_request_finished>& x) const;

  // Guarded by the lock that wait() holds while it looks.
  std::vector<chunk_request_finished> requests;
  std::vector<shard_finished_chunking> shards;
  std::vector<finished_chunking> finished;
  std::vector<shard_ready> readies;
  std::vector<shard_resumed> resumes;
  std::vector<shard_disconnected> disconnects;
  std::uint64_t streamed_members = 0;

  config cfg;
  caf::actor_system sys;
  std::optional<tracker> bot;

private:
  template <class T>
  auto keep(std::vector<T>& to) {
    return [this, &to](const T& x) {
      std::lock_guard guard{mutex_};
      to.push_back(x);
      changed_.notify_all();
    };
  }

  std::mutex mutex_;
  std::condition_variable changed_;
};

} // namespace muster::test
