#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/actor_control_block.hpp>

#include "actors/parcel_reader.hpp"
#include "actors/subscribers.hpp"
#include "messages/settings.hpp"

namespace muster {

/// What a peer is sent in bulk, and who listens to it here (C13). Credit is
/// given back while none of a lane's listeners that have chosen so is behind
/// (B1); the rest stays where it comes from. Those that drop do so here. Each
/// may hold as much of a lane as of a shard of this process, since one may keep
/// members until the end of their request, which comes behind them. Used by the
/// peer only.
class bulk_inlet {
public:
  struct config {
    /// Is sent credit_available when give_credit() is to be called.
    caf::weak_actor_ptr owner;
    /// Number of the bot's shards: there are no other lanes.
    std::uint32_t shards = 0;
    std::size_t listener_bound = 0;
    overflow policy = overflow::stop_reading;
    std::size_t largest = 0;
    /// Sends credit; its link is for the caller to set.
    std::function<void(peer_credit&&)> give;
    /// Watches an actor; lost() is to be called when it dies.
    std::function<void(const caf::actor&)> watch;
  };

  explicit bulk_inlet(config args) : cfg_(std::move(args)) {}

  // -- who listens ------------------------------------------------------------
  /// Takes the place of an earlier wish; what is not for members or dispatches
  /// of the whole bot ends it.
  void add(const subscribe_request& x);
  void remove(const caf::actor_addr& x);
  /// It has died.
  void lost(const caf::actor_addr& x);
  /// What they want of the other side, all together.
  peer_wish wish() const;

  /// The members that a call brings go to `to` (Q12).
  void add_stream(std::uint64_t call, const caf::actor& to);
  void remove_stream(std::uint64_t call);

  // -- what comes -------------------------------------------------------------
  enum class verdict { good, wrong };
  /// Passes on what it completes; an answer is put out. When it is wrong the
  /// link has to end.
  verdict take(const peer_piece& x, optional<peer_answer>& answer);

  /// Gives what is due, now that listeners may have caught up.
  void give_credit();

  /// The link has ended. Listeners stay.
  void clear();

  std::uint64_t dropped() const;
  std::uint64_t bytes() const;

private:
  struct lane {
    parcel_reader reader;
    subscribers listeners;
    /// Bytes that have come and are not given back.
    std::size_t held = 0;
  };

  lane& lane_of(std::uint32_t number);
  /// False if it makes no sense in this lane.
  bool pass_on(std::uint32_t number, lane& to, const peer_parcel& x);
  void give_credit(std::uint32_t number, lane& x);
  void watch(const caf::actor& x);

  config cfg_;
  std::map<caf::actor_addr, subscribe_request> wishes_;
  std::map<std::uint64_t, caf::actor> streams_;
  std::map<std::uint32_t, lane> lanes_;
  /// Of all lanes.
  std::size_t received_ = 0;
  std::set<caf::actor_addr> watched_;
};

} // namespace muster
