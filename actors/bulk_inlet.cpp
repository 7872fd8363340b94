#include "actors/bulk_inlet.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace muster {

// -- who listens --------------------------------------------------------------

void bulk_inlet::watch(const caf::actor& x) {
  if (watched_.insert(x.address()).second)
    cfg_.watch(x);
}

bulk_inlet::lane& bulk_inlet::lane_of(std::uint32_t number) {
  auto i = lanes_.find(number);
  if (i != lanes_.end())
    return i->second;
  auto& made =
      lanes_
          .try_emplace(number, lane{parcel_reader{cfg_.largest},
                                    subscribers{cfg_.owner, cfg_.listener_bound,
                                                cfg_.policy},
                                    0})
          .first->second;
  for (auto& [who, wish] : wishes_)
    made.listeners.add(wish);
  return made;
}

void bulk_inlet::add(const subscribe_request& x) {
  auto bulk =
      (x.events & event_bit::guild_members_chunk) != 0 || !x.dispatches.empty();
  remove(x.listener.address());
  if (!bulk || x.scope != scope::bot || !x.listener)
    return;
  auto wish = x;
  wish.on_overflow = x.on_overflow ? *x.on_overflow : cfg_.policy;
  wish.bound = x.bound != 0 ? x.bound : cfg_.listener_bound;
  watch(x.listener);
  wishes_[x.listener.address()] = wish;
  for (auto& [number, lane] : lanes_)
    lane.listeners.add(wish);
}

void bulk_inlet::remove(const caf::actor_addr& x) {
  wishes_.erase(x);
  for (auto& [number, lane] : lanes_)
    lane.listeners.remove(x);
}

void bulk_inlet::lost(const caf::actor_addr& x) {
  watched_.erase(x);
  wishes_.erase(x);
  std::erase_if(streams_, [&](auto& one) { return one.second == x; });
  for (auto& [number, lane] : lanes_)
    lane.listeners.lost(x);
}

peer_wish bulk_inlet::wish() const {
  peer_wish result;
  std::set<std::string> names;
  result.drops = !wishes_.empty();
  for (auto& [who, x] : wishes_) {
    result.events |= x.events & event_bit::guild_members_chunk;
    names.insert(x.dispatches.begin(), x.dispatches.end());
    // Who wants little must not make others lose something.
    result.bound = std::max(result.bound, x.bound);
    result.drops &= *x.on_overflow == overflow::drop;
  }
  result.dispatches = {names.begin(), names.end()};
  return result;
}

void bulk_inlet::add_stream(std::uint64_t call, const caf::actor& to) {
  streams_[call] = to;
  watch(to);
}

void bulk_inlet::remove_stream(std::uint64_t call) {
  if (streams_.erase(call) == 0)
    return;
  for (auto& [number, lane] : lanes_) {
    lane.listeners.remove_stream(std::to_string(call));
    lane.listeners.take_idle(); // they are watched on
  }
}

// -- what comes ---------------------------------------------------------------

bulk_inlet::verdict bulk_inlet::take(const peer_piece& x,
                                     optional<peer_answer>& answer) {
  if (x.lane >= cfg_.shards && x.lane != answer_lane)
    return verdict::wrong;
  auto& lane = lane_of(x.lane);
  peer_parcel parcel;
  auto read = lane.reader.take(x, parcel);
  lane.held += x.bytes.size();
  received_ += x.bytes.size();
  if (read == parcel_reader::verdict::wrong || lane.held > lane_window
      || received_ > link_window)
    return verdict::wrong; // or more than there is credit for
  if (read == parcel_reader::verdict::complete) {
    if (parcel.answer)
      answer = std::move(*parcel.answer);
    else if (!pass_on(x.lane, lane, parcel))
      return verdict::wrong;
  }
  give_credit(x.lane, lane);
  return verdict::good;
}

bool bulk_inlet::pass_on(std::uint32_t number, lane& to, const peer_parcel& x) {
  auto& shard = x.members ? x.members->shard : x.event->shard;
  if (shard.index != number || shard.count != cfg_.shards)
    return false;
  if (x.call == 0) {
    if (x.members)
      to.listeners.publish(*x.members);
    else
      to.listeners.publish(*x.event);
    return true;
  }
  auto i = streams_.find(x.call);
  if (i == streams_.end())
    return true; // who wanted it is gone
  if (!x.members)
    return false;
  auto name = std::to_string(x.call);
  if (!to.listeners.want_stream(name))
    to.listeners.add_stream(name, i->second);
  to.listeners.publish_to(name, *x.members);
  return true;
}

void bulk_inlet::give_credit(std::uint32_t number, lane& x) {
  peer_credit credit;
  credit.lane = number;
  if (received_ >= credit_step(link_window))
    credit.received = std::exchange(received_, 0);
  if (x.held >= credit_step(lane_window) && !x.listeners.overfull())
    credit.taken = std::exchange(x.held, 0);
  if (credit.received > 0 || credit.taken > 0)
    cfg_.give(std::move(credit));
}

void bulk_inlet::give_credit() {
  for (auto& [number, lane] : lanes_) {
    lane.listeners.take_idle();
    give_credit(number, lane);
  }
}

void bulk_inlet::clear() {
  for (auto& [number, lane] : lanes_) {
    lane.reader.clear();
    lane.held = 0;
  }
  for (auto& [call, to] : std::exchange(streams_, {}))
    for (auto& [number, lane] : lanes_)
      lane.listeners.remove_stream(std::to_string(call));
  received_ = 0;
}

std::uint64_t bulk_inlet::dropped() const {
  std::uint64_t result = 0;
  for (auto& [number, lane] : lanes_)
    result += lane.listeners.dropped();
  return result;
}

std::uint64_t bulk_inlet::bytes() const {
  std::uint64_t result = 0;
  for (auto& [number, lane] : lanes_)
    result += lane.listeners.bytes();
  return result;
}

} // namespace muster
