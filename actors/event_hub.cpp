#include "actors/event_hub.hpp"

#include <algorithm>
#include <utility>

namespace muster {

void event_hub::begin(const std::vector<std::uint32_t>& shards,
                      const joined_store& x) {
  for (auto index : shards)
    progress_.begin(index);
  take(x);
}

void event_hub::take(const joined_store& x) {
  if (std::exchange(start_id_, x.start_id) != x.start_id) {
    finished_shards_.clear();
    finished_.reset();
  } else if (x.news < news_) {
    return; // read before what it has heard
  }
  news_ = x.news;
  for (auto& event : x.finished_shards)
    settled(event);
  if (x.finished)
    finish(*x.finished);
}

void event_hub::settled(const shard_finished_chunking& x) {
  auto [i, fresh] = finished_shards_.try_emplace(x.shard.index, x);
  if (!fresh && i->second == x)
    return; // the store has told it before
  i->second = x;
  listeners_.publish(event_bit::shard_finished_chunking, x);
}

void event_hub::finish(const finished_chunking& x) {
  if (finished_ && finished_->start_id == x.start_id)
    return;
  finished_ = x;
  listeners_.publish(event_bit::finished_chunking, x);
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

void event_hub::tell(const chunk_request_finished& x, time_point now) {
  if (keeps_) {
    auto& told = told_[x.shard.index];
    auto doubt = doubtful_until_.find(x.shard.index);
    if (doubt != doubtful_until_.end() && now < doubt->second
        && told.contains(x.nonce, now))
      return;
    told.add(x.nonce, now);
  }
  listeners_.publish(event_bit::chunk_request_finished, x);
}

std::vector<std::string> event_hub::told(std::uint32_t index,
                                         time_point now) const {
  auto i = told_.find(index);
  return i == told_.end() ? std::vector<std::string>{}
                          : i->second.underived(now);
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

void event_hub::tell(const shard_moved& x) {
  listeners_.publish(event_bit::shard_moved, x);
}

void event_hub::settled(const startup_recorded& x, time_point now) {
  if (x.settled.event)
    settled(*x.settled.event);
  // What comes late was read before that.
  if (x.settled.start_id == start_id_)
    news_ = std::max(news_, x.start.news);
  if (!x.start.finished)
    return;
  publish_progress(now);
  take(x.start);
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
