#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/ended_nonces.hpp"
#include "actors/fleet_progress.hpp"
#include "actors/publisher.hpp"
#include "messages/event.hpp"
#include "messages/internal/fleet.hpp"
#include "messages/internal/peer.hpp"
#include "messages/internal/store.hpp"
#include "messages/node_event.hpp"
#include "net/clock.hpp"

namespace muster {

/// What a supervisor's listeners hear, in the order that E4 promises: what the
/// shards tell is passed on as it comes, the sums of it (E3, E6) are made here,
/// and who comes late is given what has been. Used by the supervisor only.
class event_hub {
public:
  /// `progress_interval` is the least time between two chunking_progress. With
  /// `keeps` shards may go on from what was saved before they told an E1.
  explicit event_hub(timespan progress_interval, bool keeps = false)
      : progress_interval_(progress_interval), keeps_(keeps) {}

  /// The bot starts with these shards, or goes on: what has been in this start
  /// is told once more (C8).
  void begin(const std::vector<std::uint32_t>& shards, const joined_store& x,
             time_point now);

  /// What has been in this start: what is new of it is told.
  void take(const joined_store& x, time_point now);

  /// True when the listener is new and to be monitored.
  bool subscribe(const subscribe_request& x);
  /// True when it was a listener.
  bool unsubscribe(const caf::actor_addr& gone) {
    return listeners_.remove(gone);
  }
  const std::vector<subscribe_request>& wishes() const {
    return listeners_.wishes();
  }

  // -- other processes (C9, C13) ----------------------------------------------
  /// The other process from which the events of a shard come just now, so that
  /// its E2 is not told before those that are under way; 0: none.
  void set_source(std::function<std::uint64_t(std::uint32_t)> f) {
    source_ = std::move(f);
  }
  std::uint32_t far_events() const { return listeners_.far_events(); }
  /// An event of a shard in another process. Gives what progress() does.
  std::optional<timespan> take(const peer_event& x, std::uint64_t node,
                               time_point now);
  void tell(const events_missed& x);
  void tell(const node_joined& x);
  void tell(const node_left& x);
  /// It is gone, and its figures with it.
  void forget(std::uint64_t node) { far_progress_.erase(node); }
  /// Tells what need not, or no longer, wait.
  void release(time_point now);
  /// Forgets nonces that may be used again.
  void expire(time_point now);
  /// Nobody here wants the progress of other processes any longer.
  void forget_progress() { far_progress_.clear(); }
  /// When release() has something to do although nothing has happened.
  time_point due() const;

  void tell(const chunk_request_finished& x, time_point now);
  /// Who ran the shard until now has yet to end: what it tells may have been
  /// told by who goes on.
  void overtaken(std::uint32_t index, time_point now) {
    doubtful_until_[index] = now + std::chrono::minutes(1);
  }
  /// The nonces of a shard's E1s of the last five minutes: none is to be told
  /// twice (C5).
  std::vector<std::string> told(std::uint32_t index, time_point now) const;
  void tell(const shard_ready& x);
  void tell(const shard_resumed& x);
  void tell(const shard_disconnected& x);
  void tell(const shard_moved& x);
  /// A shard has gone to another process.
  void left(std::uint32_t index) { progress_.left(index); }

  /// The startup of a shard has ended (E2): maybe the last one's (E3).
  void settled(const startup_recorded& x, time_point now);

  /// Gives the time after which publish_progress() is wanted, if nobody has
  /// been asked for that yet.
  std::optional<timespan> progress(const shard_progress& x, time_point now);
  std::optional<timespan> await_progress(time_point now);
  void publish_progress(time_point now);

private:
  static constexpr auto longest_wait = std::chrono::seconds(5);

  /// From the store.
  void arrive(const shard_finished_chunking& x, time_point now);
  void settled(const shard_finished_chunking& x);
  /// An E1 of another process.
  void end_far(const chunk_request_finished& x, std::uint64_t node,
               time_point now);
  /// A later one of its shard has been told.
  bool is_replaced(const shard_finished_chunking& x) const;
  void finish(const finished_chunking& x);
  using nonces = std::map<std::uint32_t, ended_nonces>;
  static bool has(const nonces& all, const chunk_request_finished& x,
                  time_point now);

  std::uint64_t start_id_ = 0;
  timespan progress_interval_;
  publisher listeners_;
  fleet_progress progress_;
  /// The latest E2 of each shard, and the E3, for who comes late.
  std::map<std::uint32_t, shard_finished_chunking> finished_shards_;
  std::optional<finished_chunking> finished_;
  bool keeps_;
  /// Of E1s that were told here: of shards of this process, and of others.
  nonces told_;
  nonces far_told_;
  std::map<std::uint32_t, time_point> doubtful_until_;
  std::uint64_t source(std::uint32_t index) const {
    return source_ ? source_(index) : 0;
  }

  std::function<std::uint64_t(std::uint32_t)> source_;
  /// E2s that wait for what their process told before, and an E3 behind them.
  struct waiting {
    shard_finished_chunking event;
    time_point until;
  };
  std::map<std::uint32_t, waiting> waiting_;
  /// An E2 that waited in vain for what this process told before: E1s that
  /// come before it from there are too late.
  struct overdue {
    shard_finished_chunking event;
    std::uint64_t node = 0;
  };
  std::map<std::uint32_t, overdue> overdue_;
  /// E2s of this start that a later one of their shard has replaced.
  std::vector<shard_finished_chunking> replaced_;
  std::optional<finished_chunking> waiting_end_;
  std::map<std::uint64_t, chunking_progress> far_progress_;
  /// Of what was taken last.
  std::uint64_t news_ = 0;
  time_point progress_sent_{};
  bool progress_awaited_ = false;
};

} // namespace muster
