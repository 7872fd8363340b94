#include "actors/event_hub.hpp"

#include <algorithm>
#include <utility>

namespace muster {

void event_hub::begin(const std::vector<std::uint32_t>& shards) {
  fleet_.begin(start_id_, shards);
  for (auto index : shards)
    progress_.begin(index);
}

bool event_hub::subscribe(const subscribe_request& x) {
  auto before = listeners_.add(x);
  auto late = x.events & ~before.events;
  if ((late & event_bit::shard_finished_chunking) != 0)
    for (auto& [index, event] : finished_shards_)
      caf::anon_send(x.listener, event);
  if (finished_ && (late & event_bit::finished_chunking) != 0)
    caf::anon_send(x.listener, *finished_);
  return !before.known;
}

void event_hub::tell(const chunk_request_finished& x) {
  listeners_.publish(event_bit::chunk_request_finished, x);
}

void event_hub::tell(const shard_ready& x) {
  listeners_.publish(event_bit::shard_ready, x);
}

void event_hub::tell(const shard_resumed& x) {
  listeners_.publish(event_bit::shard_resumed, x);
}

void event_hub::tell(const shard_disconnected& x) {
  if (x.next == next_step::none)
    progress_.ended(x.shard.index);
  listeners_.publish(event_bit::shard_disconnected, x);
}

void event_hub::settled(const shard_settled& x, time_point now) {
  if (x.event) {
    finished_shards_[x.shard.index] = *x.event;
    listeners_.publish(event_bit::shard_finished_chunking, *x.event);
  }
  fleet_.settled(x);
  auto result = fleet_.take_result();
  if (!result)
    return;
  publish_progress(now);
  finished_ = *result;
  listeners_.publish(event_bit::finished_chunking, *result);
}

std::optional<timespan> event_hub::progress(const shard_progress& x,
                                            time_point now) {
  progress_.update(x, now);
  if (std::exchange(progress_awaited_, true))
    return std::nullopt;
  return std::max(progress_sent_ + progress_interval_ - now, timespan{0});
}

void event_hub::publish_progress(time_point now) {
  progress_awaited_ = false;
  progress_sent_ = now;
  listeners_.publish(event_bit::chunking_progress,
                     progress_.sum(start_id_, now));
}

} // namespace muster
