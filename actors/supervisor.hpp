#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/fleet_ledger.hpp"
#include "actors/progress_estimate.hpp"
#include "messages/internal/actors.hpp"
#include "messages/settings.hpp"
#include "net/backoff.hpp"
#include "net/connection.hpp"
#include "net/rest_client.hpp"
#include "net/token.hpp"

namespace muster {

/// What a supervisor is made of; its parts can be replaced (A1).
struct supervisor_config {
  std::shared_ptr<const settings> values;
  std::shared_ptr<const token> secret;
  gateway_lookup lookup;
  connection_factory connect;
  std::uint64_t start_id = 0;
  /// Evenly distributed numbers in [0, 1); copied to each shard.
  std::function<double()> random;
};

/// Runs the bot's shards, passes requests to the one that owns the guild, and
/// passes the shards' events on to listeners, so that each of them sees E1
/// before E2 before E3 (E4). Members and dispatches go from shard to listener
/// directly.
class supervisor : public supervisor_actor::base {
public:
  supervisor(caf::actor_config& cfg, supervisor_config args);

  const char* name() const override { return "muster.supervisor"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  struct subscriber {
    caf::actor handle;
    subscribe_request wish;
  };

  struct shard_entry {
    shard_internal_actor handle;
    /// Its session has ended for good.
    bool ended = false;
    /// The actor itself has ended.
    bool gone = false;
    optional<shard_finished_chunking> finished;
    optional<shard_progress> progress;
  };

  caf::result<started> start();
  caf::result<stopped> stop();
  void look_up();
  void looked_up(const gateway_answer& x);
  void spawn_shards(const gateway_info& info);
  caf::error check_filter(const std::vector<std::uint32_t>& indexes) const;
  void give_up(const caf::error& why);

  /// Passes `x` to the shard that owns `guild`, now or when the shards are
  /// known; or answers with an error.
  template <class Result, class Message>
  caf::result<Result> route(snowflake guild, const Message& x);
  caf::result<statistics> sum_up();
  /// Calls `pass` now or when the shards are known.
  template <class F>
  void when_known(F pass);
  caf::result<void> send_to_all(const gateway_command& x);
  void set_auto_chunk(const auto_chunk_request& x);

  // -- supervisor_events.cpp
  void subscribe(const subscribe_request& x);
  std::vector<subscriber>::iterator find_subscriber(const caf::actor_addr& x);
  void unsubscribe(const caf::actor_addr& gone);
  template <class Event>
  void publish(std::uint32_t bit, const Event& x) {
    caf::message built;
    for (auto& to : subscribers_) {
      if ((to.wish.events & bit) == 0)
        continue;
      if (built.empty())
        built = caf::make_message(x); // one for all
      anon_send(to.handle, built);
    }
  }
  void settled(const shard_settled& x);
  void progress(const shard_progress& x);
  void publish_progress();
  chunking_progress sum_progress();
  void disconnected(const shard_disconnected& x);
  void shard_down(const caf::down_msg& x);

  // Generations of timer_tick: this actor has two timers.
  static constexpr std::uint64_t lookup_timer = 1;
  static constexpr std::uint64_t progress_timer = 2;

  supervisor_config cfg_;
  const settings& values_;
  identify_gate_actor gate_;
  backoff backoff_;
  std::map<std::uint32_t, shard_entry> shards_;
  std::uint32_t shard_count_ = 0;
  fleet_ledger fleet_;
  optional<finished_chunking> finished_;
  progress_estimate estimate_;
  std::vector<subscriber> subscribers_;
  /// Requests that came before the shards were known.
  std::vector<std::function<void()>> backlog_;
  std::vector<caf::typed_response_promise<started>> starting_;
  std::optional<caf::typed_response_promise<stopped>> stopping_;
  std::size_t stops_open_ = 0;
  auto_chunk_request auto_chunk_;
  time_point progress_sent_{};
  bool progress_armed_ = false;
  bool looking_up_ = false;
  bool failed_ = false;
};

} // namespace muster
