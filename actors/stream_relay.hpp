#pragma once

#include <cstdint>

#include <caf/event_based_actor.hpp>

#include "actors/guard.hpp"
#include "messages/internal/actors.hpp"

namespace muster {

/// What a stream_relay is told at its start.
struct stream_relay_config {
  /// By which the peer knows it.
  std::uint64_t number = 0;
  /// Of a caller in another process.
  called_request what;
  /// Who owns the shard.
  caf::actor owner;
  peer_actor to;
  stray_counter strays;
};

/// What a call that was refused is answered; its link and number are for the
/// caller to set.
peer_answer refused(const caf::error& why);

/// Asks a shard for members that are streamed to another process, and is the
/// receiver of that stream: tells the peer what comes, with its number, and the
/// answer behind it; then it ends (C12, Q12). What it passes on holds the lease
/// of the stream (B1).
caf::behavior stream_relay(caf::event_based_actor* self,
                           stream_relay_config cfg);

} // namespace muster
