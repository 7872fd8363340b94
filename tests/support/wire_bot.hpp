#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/config.hpp"
#include "actors/tracker.hpp"
#include "app/simulator/simulator.hpp"

namespace muster::test {

/// How many times slower than usual everything is.
#if defined(__SANITIZE_ADDRESS__)
constexpr int slowness = 4;
#else
constexpr int slowness = 1;
#endif

/// Options of a simulator with short limits.
sim::options small_world();

/// Settings that suit a simulator.
settings settings_for(const sim::simulator& world);

/// The same for a gateway that wants heartbeats so often: they may take half of
/// the send window, so it must be short.
settings settings_for(const sim::simulator& world,
                      caf::timespan heartbeat_interval);

/// All fields of an E1, to compare it with another or with an answer.
inline auto fields(const chunk_request_finished& x) {
  return std::tie(x.shard, x.start_id, x.guild_id, x.nonce, x.outcome,
                  x.chunk_count, x.missed_chunks, x.not_found_ids, x.members,
                  x.attempts, x.first_received_at, x.last_received_at,
                  x.chunks);
}

/// Any of the events that a wire_bot logs.
using wire_event = std::variant<chunk_request_finished, shard_finished_chunking,
                                finished_chunking, shard_ready, shard_resumed,
                                shard_disconnected>;

/// A request that a caller of its own has made, with its answer or what stood
/// in the way of one.
struct wire_question {
  guild_members_request request;
  std::optional<chunk_request_finished> answer;
  caf::error error;

  /// Waits for the answer, two minutes at the most.
  void fetch();

  std::unique_ptr<caf::scoped_actor> caller;
  std::function<void(wire_question&)> receive;
};

/// muster with real sockets against a simulator in this process; what it
/// tells is kept, and can be waited for with a bound.
class wire_bot {
public:
  /// `threads` of CAF's scheduler, 0 for the usual number.
  explicit wire_bot(settings values, std::string secret = "wire.token",
                    std::size_t threads = 0);
  ~wire_bot();

  void start();

  /// Leaves the gateway; every event has been kept when it returns.
  void stop();

  /// Notes each member that is delivered (E5), from now on.
  void follow_members();

  /// True as soon as `done` holds; false after a minute.
  bool wait(const std::function<bool()>& done);
  bool wait_for_finish() {
    return wait([this] { return !finished.empty(); });
  }

  /// The same for what no event tells, without the lock.
  bool poll(const std::function<bool()>& done);

  /// Sends a request and waits for its answer, a minute at the most.
  std::optional<chunk_request_finished> ask(guild_members_request x,
                                            caf::error* error = nullptr);

  /// Sends a request; fetch() gives the answer, also after stop().
  wire_question ask_later(guild_members_request x, caf::actor stream_to = {});

  guild_state state_of(snowflake guild);
  statistics figures();

  std::uint64_t members_of(const std::vector<chunk_request_finished>& x) const;

  // Guarded by the lock that wait() holds while it looks; free after stop().
  std::vector<chunk_request_finished> requests;
  std::vector<shard_finished_chunking> shards;
  std::vector<finished_chunking> finished;
  std::vector<shard_ready> readies;
  std::vector<shard_resumed> resumes;
  std::vector<shard_disconnected> disconnects;
  /// All of these in the order in which one listener heard them.
  std::vector<wire_event> log;
  std::uint64_t streamed_chunks = 0;
  std::uint64_t streamed_members = 0;
  /// How often each user was delivered for each guild, if followed.
  std::map<snowflake, std::map<snowflake, unsigned>> delivered;

  struct wire_config : config {
    explicit wire_config(std::size_t threads);
  };

  wire_config cfg;
  caf::actor_system sys;
  std::optional<tracker> bot;

private:
  template <class T>
  auto keep(std::vector<T>& to) {
    return [this, &to](const T& x) {
      std::lock_guard guard{mutex_};
      to.push_back(x);
      log.push_back(x);
      changed_.notify_all();
    };
  }

  std::mutex mutex_;
  std::condition_variable changed_;
};

} // namespace muster::test
