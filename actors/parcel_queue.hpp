#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>

#include "actors/parcel.hpp"

namespace muster {

/// What waits in one lane of a link, in order (C13): parcels, which are cut in
/// pieces, and between them small messages, which need no credit but must not
/// overtake. A parcel's buffers, and with them the lease of who sent it, are
/// kept until its last piece has been taken out; it is written when its first
/// one is. Pure.
class parcel_queue {
public:
  using small = std::variant<peer_event, peer_mark, peer_answer>;
  using item = std::variant<peer_parcel, small>;
  /// Without its link and lane.
  using outgoing = std::variant<peer_piece, small>;

  /// Larger parcels are left out.
  explicit parcel_queue(std::size_t largest) : largest_(largest) {}

  void add(item x) { items_.push_back(std::move(x)); }
  bool empty() const { return items_.empty(); }

  /// What leaves next, if a piece may have so many bytes; none if nothing may.
  std::optional<outgoing> next(std::size_t may);

  /// Leaves out those that have not gone; false if there are none.
  bool drop_parcels();

  /// Parcels that were left out as too large.
  std::uint64_t dropped() const { return dropped_; }

private:
  /// The next piece of the first parcel, which has been written.
  peer_piece cut(std::size_t size);

  std::size_t largest_;
  std::deque<item> items_;
  /// The first parcel, once it is needed, and how much of it is gone.
  parcel_bytes bytes_;
  std::size_t gone_ = 0;
  std::uint64_t dropped_ = 0;
};

} // namespace muster
