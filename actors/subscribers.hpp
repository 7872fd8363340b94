#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_control_block.hpp>

#include "messages/event.hpp"
#include "messages/settings.hpp"
#include "messages/subscription.hpp"

namespace muster {

/// Who listens for members and dispatches on one shard, and how many bytes
/// each of them holds (B1). The bytes are those of the payloads that events
/// keep in memory and a listener has not let go of: a lease inside each event's
/// buffer pays them back, from whatever thread drops it. Used by the shard
/// only.
class subscribers {
public:
  /// `owner` is sent credit_available when a listener for which reading had
  /// stopped has caught up.
  subscribers(caf::weak_actor_ptr owner, std::size_t bound, overflow policy);

  /// Takes the place of an earlier wish. True for a new listener.
  bool add(const subscribe_request& x);
  /// True if it was one.
  bool remove(const caf::actor_addr& listener);

  // One actor that gets the members of one request (Q12). It asked for them,
  // so none is dropped: reading stops while it is behind.
  void add_stream(const std::string& nonce, caf::actor to);
  void remove_stream(const std::string& nonce) { streams_.erase(nonce); }
  bool want_stream(const std::string& nonce) const {
    return streams_.count(nonce) != 0;
  }
  void publish_to(const std::string& nonce, const guild_members_chunk& x);

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
    std::set<std::string, std::less<>> dispatches;
    overflow policy = overflow::stop_reading;
    std::shared_ptr<muster::subscribers::account> account;
  };

  listener make_listener(const subscribe_request& x) const;
  /// Null when the event is to be dropped for `to`.
  std::shared_ptr<void> lease(listener& to, std::size_t bytes);
  void pass(listener& to, const guild_members_chunk& x);
  bool behind(listener& x);

  caf::weak_actor_ptr owner_;
  std::uint64_t bound_;
  overflow policy_;
  std::vector<listener> listeners_;
  std::unordered_map<std::string, listener> streams_;
  std::size_t members_ = 0;
  std::uint64_t dropped_ = 0;
};

} // namespace muster
