#pragma once

#include <map>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/guard.hpp"
#include "actors/wakeup.hpp"
#include "messages/internal/actors.hpp"
#include "messages/settings.hpp"
#include "net/identify_buckets.hpp"

namespace muster {

/// Gives the bot's shards leave to identify, one at a time: an
/// identify_slot_request is answered when its turn has come and the store has
/// granted it. One per process. When the limits are old, since other processes
/// of the bot identify, too, it asks for them anew first.
class identify_gate : public own_identify_gate_actor::base {
public:
  identify_gate(caf::actor_config& cfg, const settings& values,
                supervisor_actor supervisor, store_keeper_actor keeper,
                stray_counter strays);

  /// After this long without an identify or an answer of the REST API the
  /// limits count as old.
  static constexpr timespan limits_age = std::chrono::minutes(10);

  const char* name() const override { return "muster.identify_gate"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  void serve();
  void claim(const identify_buckets::turn& x);
  void claimed(const identify_buckets::turn& x, const identify_claimed& by);
  /// Nobody knows what came of it.
  void failed(const identify_buckets::turn& x);
  /// False while the limits are being asked for.
  bool limits_known();
  void set_limits(const identify_limits& x);
  /// The store is another one, or is joined anew (C3).
  void forget();

  supervisor_actor supervisor_;
  store_keeper_actor keeper_;

  /// Claims that have not been answered: they may not count.
  std::uint32_t claiming_ = 0;
  /// Of the store: what was claimed before is answered in vain.
  std::uint64_t joins_ = 0;
  identify_buckets buckets_;
  /// By shard index; one that asks again has lost its connection meanwhile.
  struct waiting {
    caf::typed_response_promise<identify_slot> answer;
    caf::actor_addr from;
  };
  std::map<std::uint32_t, waiting> waiting_;
  wakeup wakeup_;
  time_point limits_at_;
  /// Since then the store has less than the REST API had.
  time_point doubts_ = never;
  /// Claims of the whole bot, as far as is known, and when the limits were
  /// asked for.
  std::uint64_t claims_ = 0;
  std::uint64_t known_claims_ = 0;
  bool asking_ = false;
  bool told_starved_ = false;
};

} // namespace muster
