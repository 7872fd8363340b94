#pragma once

#include <cstddef>
#include <vector>

#include "messages/internal/bulk.hpp"

namespace muster {

/// What goes over a link at once, so that it is never busy for long (C13).
constexpr std::size_t piece_size = std::size_t{64} << 10;

/// Bytes that may be under way: over a link, since they were sent and until
/// they have come; and in one lane, until they are held no longer there.
constexpr std::size_t link_window = std::size_t{1} << 20;
constexpr std::size_t lane_window = std::size_t{512} << 10;
/// Credit is given in steps of a quarter, and a window holds more than that
/// and a piece: so something can always be sent when all has been taken.
constexpr std::size_t credit_step(std::size_t window) {
  return window / 4;
}
static_assert(lane_window - credit_step(lane_window) >= piece_size);

/// Members that one answer may bring from another process (Q12).
constexpr std::size_t largest_answer = std::size_t{64} << 20;

/// The largest parcel that both sides put up with, where payloads may have
/// `max_payload` bytes.
constexpr std::size_t largest_parcel(std::size_t max_payload) {
  constexpr auto around = std::size_t{1} << 20;
  return (max_payload > largest_answer ? max_payload : largest_answer) + around;
}

using parcel_bytes = std::vector<char>;

/// A parcel as bytes; empty if it cannot be written.
parcel_bytes write_parcel(const peer_parcel& x);

/// False if they are not one parcel with one thing in it. Takes no more memory
/// than a few times what they have, whatever they say (F1).
bool read_parcel(const parcel_bytes& bytes, peer_parcel& out);

} // namespace muster
