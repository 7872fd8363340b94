// Events that cross from one process to another (C9, C13).

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "actors/peer.hpp"

namespace muster {

namespace {

/// Those that go by link; the rest is for the store, or of no other process.
constexpr std::uint32_t by_link =
    event_bit::chunk_request_finished | event_bit::shard_finished_chunking
    | event_bit::chunking_progress | event_bit::shard_ready
    | event_bit::shard_resumed | event_bit::shard_disconnected
    | event_bit::shard_moved;

} // namespace

// -- from here ----------------------------------------------------------------

void peer::take(const peer_wish& x) {
  if (x.link == 0) { // from the supervisor
    if (std::exchange(wanted_here_, x.events & by_link) == 0)
      heard_.clear(); // what nobody wanted was not missed
    if (link_ != 0)
      send(remote_, peer_wish{link_, wanted_here_});
    return;
  }
  if (x.link != link_)
    return;
  auto me = caf::actor_cast<caf::actor>(this);
  // Who hears of ends of startups hears them behind what was told before.
  auto wanted = x.events & by_link;
  if (wanted != 0)
    wanted |= event_bit::shard_finished_chunking;
  if (std::exchange(wanted_there_, wanted) != wanted) {
    if (wanted == 0) {
      send(cfg_.supervisor, unsubscribe_request{me});
    } else {
      subscribe_request wish;
      wish.listener = me;
      wish.events = wanted;
      send(cfg_.supervisor, wish);
    }
  }
  for (auto& one : shards_)
    told_.try_emplace(one.shard, 0);
  for (auto& [shard, number] : told_)
    send(remote_, peer_mark{link_, shard, number});
}

bool peer::runs(std::uint32_t shard) const {
  return std::any_of(shards_.begin(), shards_.end(),
                     [shard](auto& x) { return x.shard == shard; });
}

template <class Event>
void peer::tell(std::uint32_t shard, optional<Event> peer_event::*which,
                const Event& x) {
  peer_event out;
  out.link = link_;
  out.shard = shard;
  out.number = ++told_[shard];
  out.*which = x;
  if (link_ != 0)
    send(remote_, std::move(out));
}

template void peer::tell(std::uint32_t,
                         optional<chunk_request_finished> peer_event::*,
                         const chunk_request_finished&);
template void peer::tell(std::uint32_t, optional<shard_ready> peer_event::*,
                         const shard_ready&);
template void peer::tell(std::uint32_t, optional<shard_resumed> peer_event::*,
                         const shard_resumed&);
template void peer::tell(std::uint32_t,
                         optional<shard_disconnected> peer_event::*,
                         const shard_disconnected&);
template void peer::tell(std::uint32_t, optional<shard_moved> peer_event::*,
                         const shard_moved&);

void peer::tell(const shard_finished_chunking& x) {
  // Those of others come from themselves; and the store has all of them.
  if (link_ == 0 || !runs(x.shard.index))
    return;
  peer_event out;
  out.link = link_;
  out.shard = x.shard.index;
  out.startup = x;
  send(remote_, std::move(out));
}

void peer::tell(const chunking_progress& x) {
  if (link_ == 0)
    return;
  peer_event out;
  out.link = link_;
  out.progress = x;
  send(remote_, std::move(out));
}

// -- from there ---------------------------------------------------------------

void peer::count(std::uint32_t shard, std::uint64_t number) {
  auto [i, fresh] = heard_.try_emplace(shard, number);
  if (fresh)
    return;
  if (auto last = std::exchange(i->second, number);
      number > last && wanted_here_ != 0) {
    events_missed gap;
    gap.shard.index = shard;
    gap.count = number - last;
    send(cfg_.supervisor, gap);
  }
}

void peer::heard(const peer_mark& x) {
  count(x.shard, x.number);
}

void peer::heard(const peer_event& x) {
  if (x.number != 0) {
    count(x.shard, x.number - 1);
    heard_[x.shard] = x.number;
  }
  if (wanted_here_ != 0)
    send(cfg_.supervisor, x);
}

void peer::miss_the_rest() {
  if (wanted_here_ == 0)
    return;
  for (auto& one : shards_there_) {
    events_missed gap;
    gap.shard.index = one.shard;
    caf::anon_send(cfg_.supervisor, gap);
  }
}

} // namespace muster
