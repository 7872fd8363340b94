#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/attempt_clock.hpp"
#include "actors/chunk_ledger.hpp"
#include "actors/guard.hpp"
#include "actors/io_unit.hpp"
#include "messages/event.hpp"
#include "messages/internal/actors.hpp"

namespace muster {

/// What a chunk_request is told at its start.
struct chunk_request_config {
  shard_id shard;
  std::uint64_t start_id = 0;
  snowflake guild_id;
  std::string nonce;
  muster::patience patience;
  /// Members are kept for a caller that wants up to so many of them (Q12).
  std::uint32_t answer_limit = 0;
  /// Someone else's: only counted, never asked again (Q4).
  bool foreign = false;
  /// In the process that had the shard before.
  attempt_clock::past past;
  std::vector<std::string> past_attempts;
  /// Its E1 has been told before.
  bool told = false;
  shard_internal_actor owner;
  /// Hears the E1 if the owner has died.
  supervisor_actor supervisor;
  /// On which it may have run; may be null.
  std::shared_ptr<io_unit> unit;
  stray_counter strays;
};

/// Collects the chunks of one request, over all of its attempts, answers its
/// callers and tells its shard (Q3, Q5, Q6, Q8). The shard decides when opcode
/// 8 goes out, the attempt_clock when it has been waited for long enough. The
/// actor stays for callers that join in the moment of its end, until the shard
/// releases it.
class chunk_request : public chunk_request_actor::base, public runs_on_io {
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

  void take(const attempt_news& x);
  void begin(const std::string& attempt, caf::timespan at);
  void add(const chunk_received& x);
  void report(const quiet_report& x);
  void finish(outcome how);
  /// Its E1, in place of its shard.
  void tell();
  /// It goes on in another process.
  void disown();
  void answer(caller& to, const chunk_request_finished& x);
  chunk_request_finished result(outcome how) const;
  void arm(attempt_clock::wait wait);

  chunk_request_config cfg_;
  chunk_ledger ledger_;
  std::map<std::string, caller> callers_;
  /// What it ended with.
  chunk_request_finished final_;
  attempt_clock clock_;
  /// Of the timer that counts.
  std::uint64_t timer_ = 0;
  /// Chunks looked at before the end.
  std::uint64_t taken_ = 0;
};

} // namespace muster
