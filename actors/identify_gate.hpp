#pragma once

#include <map>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "messages/internal/actors.hpp"
#include "messages/settings.hpp"
#include "net/identify_buckets.hpp"

namespace muster {

/// Gives the bot's shards leave to identify, one at a time: an
/// identify_slot_request is answered when its turn has come. One per bot.
class identify_gate : public identify_gate_actor::base {
public:
  identify_gate(caf::actor_config& cfg, const settings& values);

  const char* name() const override { return "muster.identify_gate"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  void serve();

  identify_buckets buckets_;
  /// By shard index; one that asks again has lost its connection meanwhile.
  std::map<std::uint64_t, caf::typed_response_promise<identify_slot>> waiting_;
  time_point armed_ = never;
  std::uint64_t generation_ = 0;
};

} // namespace muster
