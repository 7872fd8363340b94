// What a supervisor's listeners hear (E4), of other processes, too (C9, C13),
// and who watches the process.

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <caf/sec.hpp>

#include "actors/peer.hpp"
#include "actors/supervisor.hpp"

namespace muster {

// -- who listens --------------------------------------------------------------

bool supervisor::is_peer(const caf::actor_addr& x) const {
  return std::any_of(peers_.begin(), peers_.end(),
                     [&](auto& one) { return one.second.actor == x; });
}

void supervisor::tell_shard(const shard_internal_actor& to,
                            const subscribe_request& x) {
  if (is_peer(x.listener.address()))
    send(to, peer_listens{x});
  else
    send(to, x);
}

void supervisor::subscribe(const subscribe_request& x) {
  if (!x.listener)
    return;
  if (hub_.subscribe(x))
    monitor(x.listener);
  tell_wish();
  if (clustered() && (x.events & event_bit::chunking_progress) != 0)
    await_progress();
  shards_.for_each_open([&](auto, auto& shard) { tell_shard(shard, x); });
  if (!is_peer(x.listener.address()))
    for (auto& [node, peer] : peers_)
      send(peer.actor, x);
}

void supervisor::unsubscribe(const unsubscribe_request& x) {
  auto who = x.listener.address();
  unsubscribe(who);
  // They monitor their listeners themselves, and have receivers of streams,
  // too.
  shards_.for_each_open([&](auto, auto& shard) { send(shard, x); });
  if (!is_peer(who))
    for (auto& [node, peer] : peers_)
      send(peer.actor, x);
}

void supervisor::unsubscribe(const caf::actor_addr& gone) {
  if (hub_.unsubscribe(gone) && !is_peer(gone)) // watched for more than that
    demonitor(gone);
  tell_wish();
}

// -- of other processes
// -------------------------------------------------------------------

void supervisor::tell_wish() {
  auto now = clustered() ? hub_.far_events() & peer::by_link : 0;
  if (std::exchange(wanted_, now) == now)
    return;
  if ((now & event_bit::chunking_progress) == 0)
    hub_.forget_progress();
  for (auto& [node, x] : peers_)
    send(x.actor, peer_wish{0, wanted_});
}

void supervisor::take(const peer_event& x) {
  auto from = std::find_if(peers_.begin(), peers_.end(), [this](auto& y) {
    return y.second.actor == current_sender();
  });
  if (from == peers_.end() || stopping_)
    return;
  if (auto wait = hub_.take(x, from->first, clock().now()))
    delayed_send(this, *wait, timer_tick{progress_timer});
}

void supervisor::take(const events_missed& x) {
  if (stopping_)
    return;
  events_missed event;
  event.shard = {x.shard.index, shards_.shard_count()};
  event.start_id = start_id_;
  if (x.count)
    event.count = *x.count;
  hub_.tell(event);
}

void supervisor::await_progress() {
  if (auto wait = hub_.await_progress(clock().now()))
    delayed_send(this, *wait, timer_tick{progress_timer});
}

void supervisor::await_far_events() {
  auto due = hub_.due();
  if (due == never || std::exchange(event_due_, true))
    return;
  delayed_send(this, std::max(due - clock().now(), timespan{0}),
               timer_tick{event_timer});
}

void supervisor::name(const std::vector<node_info>& all) {
  std::map<std::uint64_t, std::string> now;
  for (auto& x : all)
    if (x.node != cfg_.node) {
      now[x.node] = x.address;
      if (named_.count(x.node) == 0)
        hub_.tell(node_joined{node_name(x.node), x.address});
    }
  for (auto& [node, address] : named_) {
    if (now.count(node) != 0)
      continue;
    auto peer = peers_.find(node);
    auto said = peer != peers_.end() && peer->second.leaving;
    hub_.tell(
        node_left{node_name(node), said ? "it has stopped"
                                        : "it has ended, or is held for dead"});
  }
  named_ = std::move(now);
}

std::vector<node_standing> supervisor::nodes() const {
  if (!clustered())
    return {};
  std::vector<node_standing> all{
      {node_name(cfg_.node), values_.cluster.address(),
       static_cast<std::uint32_t>(shards_.running().size()), true}};
  for (auto& [node, address] : named_)
    all.push_back({node_name(node), address, elsewhere_.count(node), false});
  return all;
}

caf::result<fleet_standing>
supervisor::standing(const fleet_standing_request& asked) {
  // Whoever asks waits no longer for an answer.
  constexpr auto patience = std::chrono::seconds(3);
  auto promise = make_response_promise<fleet_standing>();
  auto sum = std::make_shared<fleet_standing>();
  sum->over = stopping_ || failed_;
  sum->begun = begun_ && !sum->over && (!clustered() || joined_);
  sum->start_id = start_id_;
  sum->ended = shards_.ended();
  sum->nodes = nodes();
  if (directory_.known())
    sum->identifies_limit = directory_.info().session_total;
  sum->identifies_left = identifies_left_;
  poll all{[this, promise, sum](const poll&) mutable {
    sum->strays = *strays_;
    sum->far_dropped_events = far_dropped_before_;
    for (auto& [node, count] : far_dropped_)
      sum->far_dropped_events += count;
    std::sort(sum->shards.begin(), sum->shards.end(),
              [](auto& x, auto& y) { return x.shard.index < y.shard.index; });
    promise.deliver(std::move(*sum));
  }};
  shards_.for_each_alive([&](auto index, auto& shard) {
    ++sum->wanted;
    all.ask();
    request(shard, patience, shard_standing_request{asked.quantiles})
        .then(
            [all, sum](shard_standing& x) {
              sum->shards.push_back(std::move(x));
              all.one_less();
            },
            [all, sum, index](const caf::error& why) {
              // One that has died is started anew, or is gone.
              (why == caf::sec::request_timeout ? sum->silent : sum->fallen)
                  .push_back(index);
              all.one_less();
            });
  });
  for (auto& [node, x] : peers_) { // they have listeners, too
    all.ask();
    request(x.actor, patience, statistics_request{})
        .then(
            [this, all, sum, node = node](const statistics& part) {
              if (peers_.count(node) != 0)
                far_dropped_[node] = part.dropped_events;
              sum->far_listener_bytes += part.listener_bytes;
              all.one_less();
            },
            [all](const caf::error&) { all.one_less(); });
  }
  if (!clustered()) // it runs all of them, or waits for that
    sum->wanted = shards_.size();
  all.one_less();
  return promise;
}

} // namespace muster
