#pragma once

#include <cstdint>
#include <string>

#include <caf/actor.hpp>

namespace muster {

/// Brings the processes of a bot together. Thread-safe.
class peer_network {
public:
  virtual ~peer_network() = default;

  /// Others that dial this process are connected to this actor, until close().
  virtual void open(caf::actor door) = 0;
  virtual void close() = 0;

  /// Connects to the process `node`, if it is that which listens at `address`;
  /// `who` is sent a peer_dialed with who stands at the door there, or a
  /// peer_unreachable. Its end is told to who monitors that actor.
  virtual void dial(const std::string& address, std::uint64_t node,
                    caf::actor who) = 0;
};

} // namespace muster
