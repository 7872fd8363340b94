// What the supervisor tells its listeners.

#include <algorithm>
#include <utility>

#include "actors/log.hpp"
#include "actors/supervisor.hpp"

namespace muster {

void supervisor::subscribe(const subscribe_request& x) {
  if (!x.listener)
    return;
  auto i = find_subscriber(x.listener.address());
  std::uint32_t had = 0;
  if (i != subscribers_.end()) {
    had = std::exchange(i->wish, x).events;
  } else {
    monitor(x.listener);
    subscribers_.push_back({x.listener, x});
  }
  for (auto& [index, entry] : shards_)
    if (!entry.ended)
      send(entry.handle, x);
  // Who comes late is given what has been (E4).
  auto late = x.events & ~had;
  for (auto& [index, entry] : shards_)
    if (entry.finished && (late & event_bit::shard_finished_chunking) != 0)
      anon_send(x.listener, *entry.finished);
  if (finished_ && (late & event_bit::finished_chunking) != 0)
    anon_send(x.listener, *finished_);
}

std::vector<supervisor::subscriber>::iterator
supervisor::find_subscriber(const caf::actor_addr& x) {
  return std::find_if(subscribers_.begin(), subscribers_.end(),
                      [&](auto& s) { return s.handle.address() == x; });
}

void supervisor::unsubscribe(const caf::actor_addr& gone) {
  auto i = find_subscriber(gone);
  if (i == subscribers_.end())
    return;
  demonitor(gone);
  subscribers_.erase(i);
}

void supervisor::settled(const shard_settled& x) {
  fleet_.settled(x);
  auto result = fleet_.take_result();
  if (!result)
    return;
  publish_progress();
  finished_ = *result;
  publish(event_bit::finished_chunking, *result);
}

void supervisor::progress(const shard_progress& x) {
  auto i = shards_.find(x.shard.index);
  if (i == shards_.end())
    return;
  i->second.progress = x;
  if (progress_armed_)
    return;
  progress_armed_ = true;
  auto wait = progress_sent_ + values_.progress_interval - clock().now();
  delayed_send(this, std::max(timespan{wait}, timespan{0}),
               timer_tick{progress_timer});
}

void supervisor::publish_progress() {
  publish(event_bit::chunking_progress, sum_progress());
}

chunking_progress supervisor::sum_progress() {
  progress_sent_ = clock().now();
  chunking_progress sum;
  sum.start_id = cfg_.start_id;
  // What is still to be created or to identify has told no members yet: until
  // then having all that is known of is no end, and no estimate is one.
  bool all_known = true;
  auto least_left = timespan{0};
  for (auto& [index, entry] : shards_) {
    if (!entry.progress) {
      all_known &= entry.ended;
      continue;
    }
    all_known &= entry.progress->all_created || entry.ended;
    least_left = std::max(least_left, entry.progress->least_left);
    auto& x = entry.progress->figures;
    sum.guilds += x.guilds;
    sum.guilds_complete += x.guilds_complete;
    sum.guilds_in_flight += x.guilds_in_flight;
    sum.guilds_queued += x.guilds_queued;
    sum.guilds_failed += x.guilds_failed;
    sum.members += x.members;
    sum.members_expected += x.members_expected;
  }
  estimate_.add(sum.members, std::max(sum.members, sum.members_expected),
                progress_sent_);
  auto left =
      least_left > timespan{0} ? estimate_.left_on_average() : estimate_.left();
  if (sum.guilds_complete + sum.guilds_failed >= sum.guilds)
    left = timespan{0};
  else if (left == timespan{0})
    left = std::nullopt; // some have told no members yet
  else if (left)
    left = std::max(*left, least_left);
  if (all_known && left)
    sum.time_left = *left;
  return sum;
}

void supervisor::disconnected(const shard_disconnected& x) {
  if (x.next == next_step::none)
    if (auto i = shards_.find(x.shard.index); i != shards_.end())
      i->second.ended = true;
  publish(event_bit::shard_disconnected, x);
}

void supervisor::shard_down(const caf::down_msg& x) {
  for (auto& [index, entry] : shards_) {
    if (entry.handle.address() != x.source)
      continue;
    entry.gone = true;
    if (std::exchange(entry.ended, true) || stopping_)
      continue;
    shard_disconnected event;
    event.shard = {index, shard_count_};
    event.start_id = cfg_.start_id;
    event.next = next_step::none;
    event.reason = "the shard's actor has ended: " + to_string(x.reason);
    log().error("shard {}: {}", index, event.reason);
    disconnected(event);
  }
}

} // namespace muster
