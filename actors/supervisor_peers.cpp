// How a supervisor reaches the shards of other processes (C12).

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/call.hpp"
#include "actors/draw.hpp"
#include "actors/peer.hpp"
#include "actors/supervisor.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

/// For a shard that nobody runs, as far as is known.
constexpr auto patience_before = std::chrono::seconds(10);

/// For one whose owner is gone: that is to be noticed, and another one to take
/// the shard up.
constexpr auto patience_after = std::chrono::seconds(30);

} // namespace

// -- calls --------------------------------------------------------------------

template <class Result, class Message>
caf::result<Result> supervisor::spawn_call(Message x, bool repeats) {
  call_config args;
  args.supervisor = this;
  args.patience = patience_before;
  args.long_patience = values_.node_timeout + patience_after;
  args.repeats = repeats;
  args.strays = strays_;
  auto promise = make_response_promise<Result>();
  promise.delegate(spawn<call<Message, Result>>(std::move(args), std::move(x)),
                   start_request{});
  return promise;
}

caf::result<chunk_request_finished>
supervisor::call_shard(const guild_members_request& x) {
  called_request what{draw(cfg_.random) + 2 * ++calls_, false, x};
  if (what.request.nonce.empty()) // the same wherever it is asked
    what.request.nonce = make_nonce();
  return spawn_call<chunk_request_finished>(std::move(what));
}

caf::result<void> supervisor::call_shard(const cancel_request& x) {
  return spawn_call<void>(x);
}

caf::result<guild_state> supervisor::call_shard(const guild_state_request& x) {
  return spawn_call<guild_state>(x);
}

caf::result<void> supervisor::call_shard(const gateway_command& x) {
  return spawn_call<void>(x, false); // or it would be said twice
}

// -- events -------------------------------------------------------------------

void supervisor::tell_wish() {
  auto now = clustered() ? hub_.far_events() : 0;
  if (std::exchange(wanted_, now) == now)
    return;
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

void supervisor::await_far_events() {
  auto due = hub_.due();
  if (due == never || std::exchange(event_due_, true))
    return;
  delayed_send(this, std::max(due - clock().now(), timespan{0}),
               timer_tick{event_timer});
}

void supervisor::name(const std::vector<node_info>& all) {
  std::set<std::uint64_t> now;
  for (auto& x : all)
    if (x.node != cfg_.node) {
      now.insert(x.node);
      if (named_.count(x.node) == 0)
        hub_.tell(node_joined{node_name(x.node), x.address});
    }
  for (auto node : named_) {
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

// -- where shards are ---------------------------------------------------------

caf::result<shard_located> supervisor::locate(const locate_shard& x) {
  auto promise = make_response_promise<shard_located>();
  if (!find(x, promise))
    wait_for_shards([this, x, promise] { return find(x, promise); },
                    [promise]() mutable {
                      promise.deliver(make_error(
                          errc::not_running,
                          "its shard runs nowhere, as far as is known; ask "
                          "again"));
                    },
                    x.patience);
  return promise;
}

bool supervisor::find(const locate_shard& x,
                      caf::typed_response_promise<shard_located> promise) {
  if (stopping_ || failed_) {
    promise.deliver(make_error(errc::not_running));
    return true;
  }
  if (!begun_)
    return false;
  if (x.guild_id == snowflake{}) {
    promise.deliver(make_error(errc::invalid_guild_id));
    return true;
  }
  caf::error why;
  auto index = shard_of(x.guild_id, shards_.shard_count());
  auto found = shards_.find(index, why);
  if (why) {
    promise.deliver(std::move(why));
    return true;
  }
  if (!x.here)
    if (auto there = elsewhere_.find(index);
        there.route.epoch > found.route.epoch)
      found = std::move(there);
  if (!found.owner || found.route == x.tried)
    return false;
  promise.deliver(std::move(found));
  return true;
}

void supervisor::routes_changed() {
  if (!clustered())
    return;
  pass_waiting();
  auto now =
      stopping_ || failed_ ? std::vector<shard_epoch>{} : shards_.running();
  if (now == told_shards_)
    return;
  told_shards_ = std::move(now);
  for (auto& [node, x] : peers_)
    send(x.actor, shards_here{told_shards_, stopping_.has_value()});
}

void supervisor::take(const shards_there& x) {
  auto i = peers_.find(x.node);
  if (i == peers_.end())
    return;
  i->second.leaving |= x.leaving;
  if (x.link == 0)
    elsewhere_.remove(x.node);
  else
    elsewhere_.set(x, caf::actor_cast<caf::actor>(i->second.actor));
  pass_waiting();
  hub_.release(clock().now());
}

// -- the other processes ------------------------------------------------------

void supervisor::open_door() {
  if (!cfg_.network || door_)
    return;
  // A shard that is reached at its owner's tells its events by that link.
  hub_.set_awaits([this](std::uint32_t index) {
    return wanted_ != 0 && elsewhere_.find(index).owner;
  });
  door_ = spawn(door, cfg_.node, supervisor_actor{this});
  cfg_.network->open(caf::actor_cast<caf::actor>(door_));
}

void supervisor::close_door() {
  if (door_) {
    cfg_.network->close();
    caf::anon_send_exit(door_, caf::exit_reason::user_shutdown);
  }
  for (auto& [node, x] : peers_)
    caf::anon_send_exit(x.actor, caf::exit_reason::user_shutdown);
  peers_.clear();
  elsewhere_.clear();
  door_ = nullptr;
}

void supervisor::meet(const std::vector<node_info>& all) {
  if (!cfg_.network)
    return;
  open_door();
  auto now = clock().now();
  std::set<std::uint64_t> listed;
  for (auto& x : all)
    if (x.node != cfg_.node && !x.address.empty()) {
      // One of two dials.
      peer_of(x.node, x.node < cfg_.node ? x.address : "");
      peers_[x.node].listed = true;
      listed.insert(x.node);
    }
  for (auto i = peers_.begin(); i != peers_.end();) {
    auto& [node, x] = *i;
    // Who comes before the store is read is not a stranger yet.
    auto fresh = !x.listed && now - x.seen < values_.node_timeout;
    if (fresh || listed.count(node) != 0) {
      ++i;
      continue;
    }
    caf::anon_send_exit(x.actor, caf::exit_reason::user_shutdown);
    elsewhere_.remove(node);
    hub_.forget(node);
    hub_.release(now);
    i = peers_.erase(i);
  }
}

peer_actor supervisor::peer_of(std::uint64_t node, const std::string& address) {
  auto& known = peers_[node];
  if (known.actor)
    return known.actor;
  peer_config args;
  args.here = cfg_.node;
  args.there = node;
  args.address = address;
  args.supervisor = this;
  args.network = cfg_.network;
  args.random = cfg_.random;
  args.strays = strays_;
  known.actor = spawn<peer>(std::move(args));
  send(known.actor, shards_here{told_shards_, stopping_.has_value()});
  send(known.actor, peer_wish{0, wanted_});
  return known.actor;
}

void supervisor::welcome(const peer_guest& x) {
  // Who is to be dialed does not come.
  if (stopping_ || failed_ || x.node <= cfg_.node)
    return;
  send(peer_of(x.node, ""), x);
  peers_[x.node].seen = clock().now();
}

} // namespace muster
