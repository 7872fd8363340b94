#pragma once

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/guard.hpp"
#include "actors/lease_clock.hpp"
#include "actors/wakeup.hpp"
#include "messages/internal/actors.hpp"
#include "net/lease_term.hpp"
#include "net/state_store.hpp"

namespace muster {

/// Renews the lease of this process for as long as its actors and its I/O
/// answer, and marks the processes as dead that do not renew theirs (C2).
/// Spawned with a thread of its own if calls of the store block.
class lease_keeper : public lease_keeper_actor::base {
public:
  lease_keeper(caf::actor_config& cfg, std::shared_ptr<state_store> store,
               supervisor_actor supervisor, std::shared_ptr<lease_term> term,
               timespan timeout, stray_counter strays);

  const char* name() const override { return "muster.lease_keeper"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  caf::result<lease_held> hold(const hold_lease& x);
  /// Renews it if everyone answers.
  void ask_for_life();
  void renew();
  caf::error call(const state_store::renewal& x, state_store::renewed& out);
  /// Another process that lives where this one is reached, and was there
  /// before it; 0: there is none.
  std::uint64_t find_twin(const std::vector<node_info>& all);
  void failed(const caf::error& why, time_point asked);
  /// The store refuses for good.
  void give_up(const caf::error& why);
  /// It has run out, or may again be used.
  void check_term();
  void set_timer();

  std::shared_ptr<state_store> store_;
  supervisor_actor supervisor_;
  std::shared_ptr<lease_term> term_;
  timespan timeout_;
  lease_clock clock_;
  wakeup wakeup_;
  std::uint64_t node_ = 0;
  /// That have the address of this process and were there when it joined.
  std::set<std::uint64_t> twins_;
  bool first_ = true;
  /// What the supervisor has been told of.
  std::uint64_t news_ = 0;
  std::optional<caf::typed_response_promise<lease_held>> holding_;
  /// Others have not marked this process as dead, as far as is known.
  bool held_ = false;
  bool asking_ = false;
  bool failing_ = false;
  bool lapsed_ = false;
};

} // namespace muster
