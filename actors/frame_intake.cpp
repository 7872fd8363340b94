#include "actors/frame_intake.hpp"

#include <algorithm>
#include <utility>

#include "net/connection.hpp"

namespace muster {

namespace {

// On a connection with less traffic than this the inflater rests: there are
// only acks of heartbeats.
constexpr std::chrono::seconds quiet_time{10};

} // namespace

void frame_intake::begin() {
  kept_.clear();
  last_.reset();
  quiet_ = false;
  unconsumed_ = 0;
  inflater_ = make_inflater(compress_, max_payload_);
}

bool frame_intake::take(const frame_received& x, time_point now) {
  ++frames_;
  bytes_ += std::max<std::uint64_t>(x.bytes.size(), x.skipped);
  quiet_ = last_ && now - *last_ >= quiet_time;
  last_ = now;
  if (!stopped_)
    return true;
  // Not even decompressed: the bound is on what that makes of it (B1).
  kept_.push_back({x, now});
  return false;
}

frame_intake::load frame_intake::unpack(const frame_received& x) {
  unconsumed_ += x.bytes.size() + connection::frame_overhead;
  if (x.skipped != 0)
    return {load::skipped, x.bytes, x.skipped, {}};
  if (!x.binary || inflater_ == nullptr)
    return {load::payload, x.bytes, 0, {}};
  auto result = inflater_->feed(x.bytes.view(), x.more);
  if (quiet_ && kept_.empty())
    inflater_->rest();
  switch (result.status) {
  case inflater::status::payload:
    decompressed_ += result.payload.size();
    return {load::payload, std::move(result.payload), 0, {}};
  case inflater::status::skipped:
    decompressed_ += result.size;
    return {load::skipped, std::move(result.payload), result.size, {}};
  case inflater::status::failed:
    return {load::broken, {}, 0, result.error};
  case inflater::status::partial:
    break;
  }
  return {};
}

bool frame_intake::stop(bool on) {
  if (std::exchange(stopped_, on) == on)
    return false;
  pauses_ += on ? 1 : 0;
  return true;
}

std::optional<frame_intake::kept_frame> frame_intake::next() {
  if (kept_.empty())
    return std::nullopt;
  auto x = std::move(kept_.front());
  kept_.pop_front();
  return x;
}

std::size_t frame_intake::take_credit() {
  if (stopped_ || unconsumed_ < connection::read_window / 16)
    return 0;
  return std::exchange(unconsumed_, 0);
}

void frame_intake::report(statistics& x) const {
  x.frames = frames_;
  x.bytes_received = bytes_;
  x.bytes_decompressed = decompressed_;
  x.reading_pauses = pauses_;
}

} // namespace muster
