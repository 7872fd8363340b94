#include "actors/event_hub.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace muster {

namespace {

/// Nothing is known of a time that one of them does not know.
void add(chunking_progress& sum, const chunking_progress& x) {
  auto done = [](auto& y) {
    return y.guilds_complete + y.guilds_failed >= y.guilds;
  };
  auto known = (sum.time_left || done(sum)) && (x.time_left || done(x));
  auto left = std::max(sum.time_left ? *sum.time_left : timespan{0},
                       x.time_left ? *x.time_left : timespan{0});
  sum.time_left = {};
  if (known)
    sum.time_left = left;
  sum.send_wait = std::min(sum.send_wait, x.send_wait);
  add_counts(sum, x);
}

} // namespace

void event_hub::begin(const std::vector<std::uint32_t>& shards,
                      const joined_store& x, time_point now) {
  for (auto index : shards)
    progress_.begin(index);
  news_ = 0; // the store may have lost some of them (C3)
  take(x, now);
}

void event_hub::take(const joined_store& x, time_point now) {
  if (std::exchange(start_id_, x.start_id) != x.start_id) {
    // A store that loses the new start goes back to the one before (C3).
    std::erase_if(replaced_, [&](auto& y) { return y.start_id != x.start_id; });
    for (auto& [index, event] : finished_shards_)
      replaced_.push_back(event);
    finished_shards_.clear();
    waiting_.clear();
    waiting_end_.reset();
    overdue_.clear();
    far_progress_.clear();
  } else if (x.news < news_) {
    return; // read before what it has heard
  }
  news_ = x.news;
  for (auto& event : x.finished_shards)
    arrive(event, now);
  if (x.finished)
    finish(*x.finished);
}

void event_hub::arrive(const shard_finished_chunking& x, time_point now) {
  auto index = x.shard.index;
  auto known = finished_shards_.find(index);
  if (known != finished_shards_.end() && known->second == x) {
    waiting_.erase(index);
    return;
  }
  if (is_replaced(x)) {
    // Read before what the link has told since, or told before another start.
    finished_shards_.try_emplace(index, x);
    return;
  }
  if (source(index) == 0) {
    settled(x);
    return;
  }
  auto [i, fresh] = waiting_.try_emplace(index, waiting{x, now + longest_wait});
  if (!fresh)
    i->second.event = x;
}

bool event_hub::is_replaced(const shard_finished_chunking& x) const {
  return std::find(replaced_.begin(), replaced_.end(), x) != replaced_.end();
}

void event_hub::settled(const shard_finished_chunking& x) {
  waiting_.erase(x.shard.index);
  auto [i, fresh] = finished_shards_.try_emplace(x.shard.index, x);
  if (!fresh && i->second == x)
    return; // the store has told it before
  if (!fresh)
    replaced_.push_back(i->second);
  i->second = x;
  listeners_.publish(event_bit::shard_finished_chunking, x);
}

void event_hub::finish(const finished_chunking& x) {
  if (finished_ && finished_->start_id == x.start_id)
    return;
  if (!waiting_.empty()) {
    waiting_end_ = x;
    return;
  }
  waiting_end_.reset();
  finished_ = x;
  listeners_.publish(event_bit::finished_chunking, x);
}

void event_hub::release(time_point now) {
  std::erase_if(overdue_,
                [this](auto& x) { return source(x.first) != x.second.node; });
  for (auto& [index, x] : std::map{waiting_}) {
    if (auto node = source(index); node != 0) {
      if (now < x.until)
        continue;
      overdue_[index] = {x.event, node};
    }
    settled(x.event);
  }
  if (waiting_.empty() && waiting_end_)
    finish(finished_chunking{*waiting_end_});
}

time_point event_hub::due() const {
  auto result = never;
  for (auto& [index, x] : waiting_)
    result = std::min(result, x.until);
  return result;
}

bool event_hub::subscribe(const subscribe_request& x) {
  auto before = listeners_.add(x);
  auto late = x.events & ~before.events;
  if ((late & event_bit::shard_finished_chunking) != 0)
    for (auto& [index, event] : finished_shards_)
      caf::anon_send(x.listener, event);
  if (finished_ && finished_->start_id == start_id_
      && (late & event_bit::finished_chunking) != 0)
    caf::anon_send(x.listener, *finished_);
  return !before.known;
}

bool event_hub::has(const nonces& all, const chunk_request_finished& x,
                    time_point now) {
  auto i = all.find(x.shard.index);
  return i != all.end() && i->second.contains(x.nonce, now);
}

void event_hub::tell(const chunk_request_finished& x, time_point now) {
  std::optional<scope> whose;
  if (keeps_) {
    auto doubt = doubtful_until_.find(x.shard.index);
    if (doubt != doubtful_until_.end() && now < doubt->second
        && has(told_, x, now))
      return;
    told_[x.shard.index].add(x.nonce, now);
    if (has(far_told_, x, now))
      whose = scope::node; // the others have heard it of its owner before
  }
  listeners_.publish(event_bit::chunk_request_finished, x, whose);
}

void event_hub::expire(time_point now) {
  for (auto all : {&told_, &far_told_})
    for (auto i = all->begin(); i != all->end();) {
      i->second.expire(now);
      i = i->second.size() == 0 ? all->erase(i) : std::next(i);
    }
}

void event_hub::end_far(const chunk_request_finished& x, std::uint64_t node,
                        time_point now) {
  if (has(told_, x, now) || has(far_told_, x, now))
    return;
  auto index = x.shard.index;
  far_told_[index].add(x.nonce, now);
  auto late = overdue_.find(index);
  if (late == overdue_.end() || late->second.node != node) {
    listeners_.publish(event_bit::chunk_request_finished, x, scope::bot);
    return;
  }
  events_missed gap; // nobody hears an E1 behind its E2 (E4)
  gap.shard = x.shard;
  gap.start_id = start_id_;
  gap.count = 1;
  tell(gap);
}

std::optional<timespan> event_hub::take(const peer_event& x, std::uint64_t node,
                                        time_point now) {
  constexpr auto far = scope::bot;
  if (x.request)
    end_far(*x.request, node, now);
  // What it says of another start is for the store to say.
  if (x.startup && x.startup->start_id == start_id_) {
    auto late = overdue_.find(x.startup->shard.index);
    if (late != overdue_.end() && late->second.event == *x.startup)
      overdue_.erase(late);
    if (!is_replaced(*x.startup)) // or the store was faster, twice
      settled(*x.startup);
    release(now);
  }
  if (x.ready)
    listeners_.publish(event_bit::shard_ready, *x.ready, far);
  if (x.resumed)
    listeners_.publish(event_bit::shard_resumed, *x.resumed, far);
  if (x.disconnected)
    listeners_.publish(event_bit::shard_disconnected, *x.disconnected, far);
  if (x.moved)
    listeners_.publish(event_bit::shard_moved, *x.moved, far);
  if (!x.progress)
    return std::nullopt;
  far_progress_[node] = *x.progress;
  return await_progress(now);
}

void event_hub::tell(const events_missed& x) {
  listeners_.publish(event_bit::events_missed, x, scope::bot);
}

void event_hub::tell(const node_joined& x) {
  listeners_.publish(event_bit::node_joined, x);
}

void event_hub::tell(const node_left& x) {
  listeners_.publish(event_bit::node_left, x);
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
  take(x.start, now);
}

std::optional<timespan> event_hub::progress(const shard_progress& x,
                                            time_point now) {
  progress_.update(x, now);
  return await_progress(now);
}

std::optional<timespan> event_hub::await_progress(time_point now) {
  if (std::exchange(progress_awaited_, true))
    return std::nullopt;
  return std::max(progress_sent_ + progress_interval_ - now, timespan{0});
}

void event_hub::publish_progress(time_point now) {
  progress_awaited_ = false;
  progress_sent_ = now;
  auto sum = progress_.sum(start_id_, now);
  if (far_progress_.empty()) {
    listeners_.publish(event_bit::chunking_progress, sum);
    return;
  }
  listeners_.publish(event_bit::chunking_progress, sum, scope::node);
  for (auto& [node, x] : far_progress_)
    add(sum, x);
  listeners_.publish(event_bit::chunking_progress, sum, scope::bot);
}

} // namespace muster
