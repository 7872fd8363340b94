#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "actors/parcel_queue.hpp"

namespace muster {

/// What a peer has still to send, a lane for each shard, as far as the other
/// side has given credit (C13). Lanes take turns, so that a full one delays no
/// other. Used by the peer only.
class bulk_outlet {
public:
  using lane_number = std::uint32_t;

  /// `send` is called with what leaves, in order; its link is for the caller to
  /// set. Parcels of more than `largest` bytes are left out.
  bulk_outlet(std::size_t largest,
              std::function<void(parcel_queue::outgoing&&)> send)
      : largest_(largest), send_(std::move(send)) {}

  /// Sends it now or later.
  void add(lane_number lane, parcel_queue::item x);

  /// False if the other side cannot have got that much.
  bool take(const peer_credit& x);

  /// The link has ended, and what waits with it.
  void clear();

  /// Sends what waits and needs no credit; gives the lanes that had more, of
  /// which the rest is lost.
  std::vector<lane_number> finish();

  /// Parcels that were left out since the start.
  std::uint64_t dropped() const;

private:
  struct lane {
    parcel_queue queue;
    /// Bytes that are under way or held there.
    std::size_t used = 0;
  };

  /// Sends one piece, and what needs no credit; false if there is nothing.
  bool send_some(lane_number number, lane& x);
  void send_all();

  std::size_t largest_;
  std::function<void(parcel_queue::outgoing&&)> send_;
  std::map<lane_number, lane> lanes_;
  /// Bytes that are under way, of all lanes.
  std::size_t used_ = 0;
  /// Whose turn it is.
  lane_number turn_ = 0;
  std::uint64_t dropped_ = 0;
};

} // namespace muster
