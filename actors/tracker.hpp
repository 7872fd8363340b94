#pragma once

/// @file
/// muster inside a bot.
/// Threads: a tracker is for one; its router takes messages from any.
/// Source: rules A1, E1 to E7, S1.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/config.hpp"
#include "actors/listener.hpp"
#include "messages/actors.hpp"
#include "messages/api.hpp"
#include "messages/gateway_info.hpp"
#include "net/connection.hpp"

namespace muster {

/// muster inside a bot: owns the supervisor, the network thread and the
/// listeners made with on(). Its methods are for one thread; callbacks run one
/// at a time on a thread of each on(). The destructor stops it.
class MUSTER_API tracker {
public:
  /// What can be replaced (A1); what is left empty is muster's own.
  struct parts {
    /// Makes the shards' connections.
    connection_factory connect;
    /// Finds the gateway, and how many shards it recommends.
    gateway_lookup lookup;
    /// Gives each shard leave to identify, once it has asked.
    identify_gate_actor gate;
  };

  /// Throws std::invalid_argument, whose text says the mend, for settings
  /// that check() refuses, a proxy of the environment that cannot be used, or a
  /// CA file that cannot be read, and a
  /// std::runtime_error with the mend where the keys of cluster_settings do not
  /// fit, or its port or that of settings::http is taken. With
  /// cluster_settings::node the actor system is to be prepared by
  /// prepare_nodes(), and has one tracker.
  tracker(caf::actor_system& sys, const config& cfg);
  /// The same.
  tracker(caf::actor_system& sys, settings values, token secret);
  /// The same, with parts of the bot's own.
  tracker(caf::actor_system& sys, settings values, token secret, parts own);

  tracker(const tracker&) = delete;
  tracker& operator=(const tracker&) = delete;

  /// Leaves the gateway, sessions left resumable, and waits for the end of
  /// requests and callbacks, 22 s at the most.
  ~tracker();

  /// Calls each handler for the events of its argument's type. All handlers
  /// of one call run one after the other, never at the same time.
  template <class... Fs>
  tracker& on(Fs... handlers) {
    return keep(make_listener(system(), std::move(handlers)...));
  }

  /// The same, for what the shards of the whole bot bring (C13).
  template <class... Fs>
  tracker& on(scope whose, Fs... handlers) {
    auto wish = make_listener(system(), std::move(handlers)...);
    wish.scope = whose;
    return keep(std::move(wish));
  }

  /// Calls `handler(const dispatch&)` for a gateway event (E7).
  template <class F>
  tracker& on_dispatch(std::string name, F handler) {
    return keep(
        make_dispatch_listener(system(), std::move(name), std::move(handler)));
  }

  /// The same, for what the shards of the whole bot bring (C13).
  template <class F>
  tracker& on_dispatch(scope whose, std::string name, F handler) {
    auto wish =
        make_dispatch_listener(system(), std::move(name), std::move(handler));
    wish.scope = whose;
    return keep(std::move(wish));
  }

  /// Subscribes an actor of the bot's own.
  tracker& listen(subscribe_request wish);

  /// S1; may be called at any time.
  tracker& set_auto_chunk_members(bool on, bool presences = false);

  /// Connects the shards; returns at once. Failures come as
  /// shard_disconnected with next_step::none.
  tracker& start();

  /// What the destructor does; harmless when repeated.
  void stop();

  /// Where settings::http is served; 0 if it is not.
  std::uint16_t http_port() const;

  /// Takes requests by guild id; good for as long as the tracker lives.
  router_actor router() const;

private:
  struct impl;

  caf::actor_system& system() const;
  /// Subscribes a listener that ends with this tracker.
  tracker& keep(subscribe_request wish);

  std::unique_ptr<impl> impl_;
};

} // namespace muster
