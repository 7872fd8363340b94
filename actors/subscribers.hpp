#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_control_block.hpp>

#include "messages/event.hpp"
#include "messages/settings.hpp"
#include "messages/subscription.hpp"

namespace muster {

/// Who listens for members and dispatches on one shard, and how many bytes
/// each of them holds (B1). The bytes are those of the payloads in events
/// that a listener has not let go of: a lease inside each event's buffer pays
/// them back, from whatever thread drops it. Used by the shard only.
class subscribers {
public:
  /// `owner` is sent credit_available when a listener for which reading had
  /// stopped has caught up.
  subscribers(caf::weak_actor_ptr owner, std::size_t bound, overflow policy);

  void add(const subscribe_request& x);
  void remove(const caf::actor_addr& listener);

  bool want_members() const { return members_ > 0; }
  bool want_dispatch(std::string_view name) const;

  // Each passes the event to who wants it, sharing the payload.
  void publish(const guild_members_chunk& x);
  void publish(const dispatch& x);

  /// True while reading must stop for a listener; asks for credit_available.
  bool overfull();

  /// Events that were dropped because a listener was behind.
  std::uint64_t dropped() const { return dropped_; }
  std::uint64_t bytes() const;

private:
  /// Outlives the subscription while events are under way.
  struct account {
    std::atomic<std::uint64_t> held{0};
    std::atomic<bool> stopped{false};
    std::uint64_t bound = 0;
    caf::weak_actor_ptr owner;
  };

  struct listener {
    caf::actor handle;
    bool members = false;
    std::unordered_set<std::string> dispatches;
    overflow policy = overflow::stop_reading;
    std::shared_ptr<muster::subscribers::account> account;
  };

  /// Null when the event is to be dropped for `to`.
  std::shared_ptr<void> lease(listener& to, std::size_t bytes);

  caf::weak_actor_ptr owner_;
  std::uint64_t bound_;
  overflow policy_;
  std::vector<listener> listeners_;
  std::size_t members_ = 0;
  std::uint64_t dropped_ = 0;
};

} // namespace muster
