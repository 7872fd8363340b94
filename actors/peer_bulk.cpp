// Members and dispatches that cross from one process to another (C13).

#include <utility>

#include <caf/send.hpp>

#include "actors/peer.hpp"

namespace muster {

// -- from here ----------------------------------------------------------------

void peer::listen() {
  peer_wish now;
  // Who hears of ends of startups hears them behind what was told before.
  now.events = wanted_there_.events & by_link;
  if (now.events != 0)
    now.events |= event_bit::shard_finished_chunking;
  if (link_ != 0 && wanted_there_.bulk()) {
    now.events |= wanted_there_.events & event_bit::guild_members_chunk;
    now.dispatches = wanted_there_.dispatches;
    now.bound = wanted_there_.bound;
    now.drops = wanted_there_.drops;
  }
  if (std::exchange(listened_, now) == now)
    return;
  auto me = caf::actor_cast<caf::actor>(this);
  if (now == peer_wish{}) {
    send(cfg_.supervisor, unsubscribe_request{me});
    return;
  }
  subscribe_request wish;
  wish.listener = me;
  wish.events = now.events;
  wish.dispatches = now.dispatches;
  wish.bound = now.bound;
  wish.on_overflow = now.drops ? overflow::drop : overflow::stop_reading;
  send(cfg_.supervisor, wish);
}

template <class Event>
void peer::carry(optional<Event> peer_parcel::*which, const Event& x) {
  // It may have been on its way when the link ended.
  auto lane = x.shard.index;
  if (link_ == 0 || !listened_.bulk() || lane >= cfg_.shard_count)
    return;
  peer_parcel out;
  out.*which = x;
  outlet_.add(lane, std::move(out));
}

template void peer::carry(optional<guild_members_chunk> peer_parcel::*,
                          const guild_members_chunk&);
template void peer::carry(optional<dispatch> peer_parcel::*, const dispatch&);

void peer::put_out(parcel_queue::outgoing&& x) {
  auto pass = [this](auto& y) {
    y.link = link_;
    caf::anon_send(remote_, std::move(y)); // it may be its last word
  };
  if (auto piece = std::get_if<peer_piece>(&x))
    pass(*piece);
  else
    std::visit(pass, std::get<parcel_queue::small>(x));
}

void peer::say_last_words() {
  // What is small still goes; that there was more can be said.
  for (auto lane : outlet_.finish())
    if (link_ != 0 && lane != answer_lane)
      caf::anon_send(remote_, peer_mark{link_, lane, UINT64_MAX});
}

// -- from there ---------------------------------------------------------------

bool peer::wants_something() const {
  return wanted_here_ != 0 || inlet_.wish().bulk();
}

void peer::tell_wish() {
  if (link_ == 0)
    return;
  auto now = inlet_.wish();
  now.link = link_;
  now.events |= wanted_here_;
  if (std::exchange(told_wish_, now) != now)
    send(remote_, std::move(now));
}

void peer::take(const subscribe_request& x) {
  if (current_sender() != cfg_.supervisor)
    return; // nobody there says who listens here
  inlet_.add(x);
  listeners_changed();
}

void peer::take(const unsubscribe_request& x) {
  if (current_sender() != cfg_.supervisor)
    return;
  inlet_.remove(x.listener.address());
  listeners_changed();
}

void peer::listeners_changed() {
  tell_wish();
  if (link_ != 0)
    inlet_.give_credit();
}

void peer::put_in(const peer_piece& x) {
  if (x.link != link_ || link_ == 0)
    return;
  optional<peer_answer> answer;
  if (inlet_.take(x, answer) == bulk_inlet::verdict::wrong)
    give_link_up("it sends what is no parcel, or too much");
  else if (answer)
    answered(*answer);
}

void peer::lose_bulk() {
  outlet_.clear();
  inlet_.clear();
  end_relays();
  listen();
  if (inlet_.wish().bulk())
    for (auto& one : shards_there_)
      miss(one.shard, UINT64_MAX);
}

} // namespace muster
