#pragma once

#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/event_journal.hpp"
#include "messages/internal/actors.hpp"
#include "net/clock.hpp"

namespace muster {

/// Hears the bot's events as a listener does, and tells who watches how it
/// stands; asks the shards once for all who want that at about the same time.
/// Ends with an unsubscribe_request.
class overview : public overview_actor::base {
public:
  overview(caf::actor_config& cfg, supervisor_actor fleet);

  const char* name() const override { return "muster.overview"; }

  behavior_type make_behavior() override;
  void on_exit() override;

  /// What it is to be told.
  static subscribe_request wish(const overview_actor& who);

private:
  caf::result<overview_text> tell();
  void take(const fleet_standing& x);

  /// So old may be what is told.
  static constexpr auto good_for = std::chrono::milliseconds(900);

  supervisor_actor fleet_;
  event_journal journal_;
  optional<chunking_progress> startup_;
  overview_text text_;
  time_point made_ = time_point::min();
  std::vector<caf::typed_response_promise<overview_text>> asking_;
};

} // namespace muster
