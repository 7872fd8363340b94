#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/chunk_ledger.hpp"
#include "actors/guard.hpp"
#include "messages/event.hpp"
#include "messages/internal/actors.hpp"

namespace muster {

/// What a chunk_request is told at its start.
struct chunk_request_config {
  shard_id shard;
  std::uint64_t start_id = 0;
  /// With nonce, attempts and timeouts filled in.
  guild_members_request request;
  /// Someone else's: only counted, never asked again (Q4).
  bool foreign = false;
  shard_internal_actor owner;
  /// Hears the E1 if the owner has died.
  supervisor_actor supervisor;
  stray_counter strays;
};

/// Collects the chunks of one request, over all of its attempts, answers its
/// callers and tells its shard (Q3, Q5, Q6, Q8). The shard decides when opcode
/// 8 goes out; this actor decides when it has waited long enough. It stays for
/// callers that join in the moment of its end, until the shard releases it.
class chunk_request : public chunk_request_actor::base {
public:
  chunk_request(caf::actor_config& cfg, chunk_request_config args);

  const char* name() const override { return "muster.chunk_request"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using promise = caf::typed_response_promise<chunk_request_finished>;

  struct caller {
    promise answer;
    std::uint32_t answer_limit = 0;
  };

  void begin(const std::string& attempt, caf::timespan at);
  void add(const chunk_received& x);
  void report(const quiet_report& x);
  void attempt_over();
  void finish(outcome how);
  void oblige(const join_request& x);
  void answer(caller& to, const chunk_request_finished& x);
  chunk_request_finished result(outcome how) const;
  void stop_clock();
  void arm(caf::timespan wait);
  caf::timespan limit() const;

  chunk_request_config cfg_;
  chunk_ledger ledger_;
  std::map<std::string, caller> callers_;
  /// What it ended with.
  chunk_request_finished final_;
  /// The attempt that is on the wire.
  std::string attempt_;
  bool waiting_ = false;
  bool heard_ = false;
  /// The next attempt is one that does not count (S5, S6).
  bool next_is_free_ = false;
  /// A silence now is the disconnect's fault (S6).
  bool excused_ = false;
  /// A timer came too late, and the wait was prolonged for it.
  bool graced_ = false;
  bool finished_ = false;
  /// Those that count.
  std::uint32_t attempts_ = 0;
  /// Opcodes 8 that were written (Q14).
  std::uint32_t asked_ = 0;
  std::uint64_t generation_ = 0;
  /// Chunks looked at before the end.
  std::uint64_t taken_ = 0;
  /// Readings of the shard's quiet_clock.
  caf::timespan base_{0};
  caf::timespan first_written_{-1};
  caf::timespan first_heard_{-1};
  caf::timespan last_heard_{-1};
};

} // namespace muster
