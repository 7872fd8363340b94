#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "messages/errc.hpp"
#include "messages/frozen_buffer.hpp"
#include "messages/internal/link.hpp"
#include "messages/settings.hpp"
#include "messages/status.hpp"
#include "net/clock.hpp"
#include "net/inflater.hpp"

namespace muster {

/// What one connection brings on its way to the shard: decompressed in order,
/// or kept as it came while reading has stopped (B1, F2). Pure.
class frame_intake {
public:
  /// What has come of a frame.
  struct load {
    enum kind {
      nothing, // yet
      payload,
      /// Too large; `bytes` is its head.
      skipped,
      /// The connection brings nothing sensible any more.
      broken,
    } is = nothing;
    frozen_buffer bytes;
    /// Of all that was skipped.
    std::uint64_t size = 0;
    errc error{};
  };

  explicit frame_intake(const settings& cfg)
      : compress_(cfg.compress), max_payload_(cfg.max_payload) {}

  /// A connection begins; what is left of the one before is void.
  void begin();

  /// The connection has ended: frees what served only it. What was kept stays.
  void end() { inflater_.reset(); }

  /// True if the frame is to be unpacked at once; else it is kept.
  bool take(const frame_received& x, time_point now);

  load unpack(const frame_received& x);

  /// Reading stops, or goes on. True if that is news.
  bool stop(bool on);
  bool stopped() const { return stopped_; }

  struct kept_frame {
    frame_received frame;
    /// When it arrived.
    time_point at{};
  };
  /// The next of those that were kept.
  std::optional<kept_frame> next();

  /// Bytes that the connection is to be told of as consumed; none while they
  /// are few, or while reading has stopped.
  std::size_t take_credit();

  /// Fills in what it has counted.
  void report(statistics& x) const;

private:
  compression compress_;
  std::size_t max_payload_;
  std::unique_ptr<inflater> inflater_;
  /// When the last frame came, and whether it was the first for long.
  std::optional<time_point> last_;
  bool quiet_ = false;
  std::deque<kept_frame> kept_;
  std::size_t unconsumed_ = 0;
  bool stopped_ = false;
  std::uint64_t frames_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t decompressed_ = 0;
  std::uint64_t pauses_ = 0;
};

} // namespace muster
