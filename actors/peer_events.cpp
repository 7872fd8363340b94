// Events that cross from one process to another (C9, C13).

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "actors/peer.hpp"

namespace muster {

namespace {

/// Of a mark: what it counts from.
constexpr std::uint32_t no_shard = UINT32_MAX;

/// No link is away for so many events.
constexpr std::uint64_t most_missed = 1'000'000;

} // namespace

// -- from here ----------------------------------------------------------------

void peer::take(const peer_wish& x) {
  if (current_sender() == cfg_.supervisor) {
    if (std::exchange(wanted_here_, x.events & by_link) == 0) {
      heard_.clear(); // what nobody wanted was not missed
      base_there_ = 0;
    }
    tell_wish();
    return;
  }
  if (x.link != link_ || link_ == 0)
    return;
  wanted_there_ = x;
  listen();
  for (auto& one : shards_)
    told_.try_emplace(one.shard, base_);
  send(remote_, peer_mark{link_, no_shard, base_});
  for (auto& [shard, number] : told_)
    outlet_.add(shard, parcel_queue::small{peer_mark{link_, shard, number}});
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
  out.number = ++told_.try_emplace(shard, base_).first->second;
  out.*which = x;
  if (link_ != 0) // behind the members that came before
    outlet_.add(shard, parcel_queue::small{std::move(out)});
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
  auto lane = out.shard;
  outlet_.add(lane, parcel_queue::small{std::move(out)});
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

void peer::miss(std::uint32_t shard, std::uint64_t count) {
  if (!wants_something())
    return;
  events_missed gap;
  gap.shard.index = shard;
  if (count <= most_missed)
    gap.count = count;
  send(cfg_.supervisor, gap);
}

void peer::count(std::uint32_t shard, std::uint64_t number) {
  auto before = first_wish_ ? number : base_there_;
  auto i = heard_.try_emplace(shard, before).first;
  if (auto last = std::exchange(i->second, number); number != last)
    miss(shard, number - last); // of who counts anew it makes no sense
}

void peer::heard_base(std::uint64_t base) {
  first_wish_ = base_there_ == 0;
  // Its peer there was made anew: nobody has counted in between.
  if (!first_wish_ && base != base_there_)
    for (auto& [shard, number] : std::exchange(heard_, {}))
      miss(shard, UINT64_MAX);
  base_there_ = base;
}

void peer::heard(const peer_mark& x) {
  if (x.shard == no_shard)
    heard_base(x.number);
  else
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
  if (!wants_something())
    return;
  for (auto& one : shards_there_) {
    events_missed gap;
    gap.shard.index = one.shard;
    caf::anon_send(cfg_.supervisor, gap);
  }
}

} // namespace muster
