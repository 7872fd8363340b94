#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/actor_control_block.hpp>

#include "messages/event.hpp"
#include "messages/settings.hpp"
#include "messages/subscription.hpp"

namespace muster {

/// Who listens for members and dispatches on one shard, and how many bytes
/// each of them holds (B1). The bytes are those of the payloads that events
/// keep in memory and a listener has not let go of: a lease inside each event's
/// buffer pays them back, from whatever thread drops it. An actor has one
/// account, however often it subscribes and however many streams it receives.
/// Used by the shard only.
class subscribers {
public:
  /// What each event counts for in addition to the bytes of its payload.
  static constexpr std::size_t event_overhead = 256;

  /// `owner` is sent credit_available when a listener for which reading had
  /// stopped has caught up.
  subscribers(caf::weak_actor_ptr owner, std::size_t bound, overflow policy);

  /// Takes the place of an earlier wish. True when it is to be monitored.
  /// `far`: it is a peer, and hears for others.
  bool add(const subscribe_request& x, bool far = false);
  /// Ends the wish; reading waits no more for what the listener holds, unless
  /// it has streams under way.
  void remove(const caf::actor_addr& listener);
  /// It has died. False when it was none.
  bool lost(const caf::actor_addr& listener);
  /// Those who hear and hold nothing any more; they need not be monitored.
  std::vector<caf::actor_addr> take_idle();

  // One actor that gets the members of one request (Q12). It asked for them,
  // so none is dropped: reading stops while it is behind, also after the end.
  /// True when `to` is to be monitored.
  bool add_stream(const std::string& nonce, const caf::actor& to);
  void remove_stream(const std::string& nonce) { streams_.erase(nonce); }
  bool want_stream(const std::string& nonce) const {
    return streams_.count(nonce) != 0;
  }
  void publish_to(const std::string& nonce, const guild_members_chunk& x);

  bool want_members() const { return members_ > 0; }
  /// The same, in this process (C10).
  bool want_members_here() const;
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
    std::atomic<std::uint64_t> bound{0};
    /// Reading stops when it holds more than `bound`; the shard's to know.
    bool stops_reading = false;
    caf::weak_actor_ptr owner;
  };
  using account_ptr = std::shared_ptr<account>;

  struct listener {
    caf::actor handle;
    bool members = false;
    bool far = false;
    std::set<std::string, std::less<>> dispatches;
    overflow policy = overflow::stop_reading;
    account_ptr account;
  };

  struct stream {
    caf::actor handle;
    account_ptr account;
  };

  /// Also true when the account is new.
  std::pair<account_ptr, bool> account_of(const caf::actor& x);
  void erase_listener(const caf::actor_addr& x);
  /// Null when the event is to be dropped for `to`.
  std::shared_ptr<void> lease(const account_ptr& to, overflow policy,
                              std::size_t bytes);
  void pass(const caf::actor& to, const account_ptr& account, overflow policy,
            const guild_members_chunk& x);
  static bool behind(account& x);

  caf::weak_actor_ptr owner_;
  std::uint64_t bound_;
  overflow policy_;
  std::vector<listener> listeners_;
  std::unordered_map<std::string, stream> streams_;
  std::map<caf::actor_addr, account_ptr> accounts_;
  std::size_t members_ = 0;
  std::uint64_t dropped_ = 0;
};

} // namespace muster
