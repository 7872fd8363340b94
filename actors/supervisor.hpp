#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/event_hub.hpp"
#include "actors/gateway_directory.hpp"
#include "actors/guard.hpp"
#include "actors/shard_roster.hpp"
#include "messages/internal/actors.hpp"
#include "messages/settings.hpp"
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

/// Runs the bot's shards, starts those anew whose actor dies, passes requests
/// to the one that owns the guild, and passes the shards' events on to
/// listeners, so that each of them sees E1 before E2 before E3 (E4). Members
/// and dispatches go from shard to listener directly.
class supervisor : public supervisor_actor::base {
public:
  supervisor(caf::actor_config& cfg, supervisor_config args);

  const char* name() const override { return "muster.supervisor"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  // -- start and stop
  caf::result<started> start();
  caf::result<stopped> stop();
  void give_up(const caf::error& why);
  /// Answers who waits for the shards; there will be none, or no more.
  void end_waiting(const caf::error& why);

  // -- the gateway's address and limits
  void look_up();
  void looked_up(const gateway_answer& x);
  caf::result<identify_limits> tell_limits();

  // -- shards
  void spawn_shards();
  void spawn_shard(std::uint32_t index);
  void shard_down(const caf::down_msg& x);
  void disconnected(const shard_disconnected& x);

  // -- what a bot asks
  /// Passes `x` to the shard that owns `guild`, now or when the shards are
  /// known; or answers with an error.
  template <class Result, class Message>
  caf::result<Result> route(snowflake guild, const Message& x);
  /// Calls `pass` now or when the shards are known.
  template <class F>
  void when_known(F pass);
  caf::result<statistics> sum_up();
  caf::result<void> send_to_all(const gateway_command& x);
  void set_auto_chunk(const auto_chunk_request& x);

  // -- what listeners hear
  void subscribe(const subscribe_request& x);
  void unsubscribe(const caf::actor_addr& gone);

  // Of timer_tick: this actor has two timers.
  static constexpr std::uint64_t lookup_timer = 1;
  static constexpr std::uint64_t progress_timer = 2;

  supervisor_config cfg_;
  const settings& values_;
  stray_counter strays_;
  identify_gate_actor gate_;
  gateway_directory directory_;
  shard_roster shards_;
  event_hub hub_;
  /// Requests that came before the shards were known.
  std::vector<std::function<void()>> backlog_;
  std::vector<caf::typed_response_promise<started>> starting_;
  std::vector<caf::typed_response_promise<identify_limits>> asking_limits_;
  std::optional<caf::typed_response_promise<stopped>> stopping_;
  auto_chunk_request auto_chunk_;
  bool failed_ = false;
};

} // namespace muster
