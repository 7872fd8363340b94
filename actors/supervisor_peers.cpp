// How a supervisor reaches the shards of other processes (C12).

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/draw.hpp"
#include "actors/log.hpp"
#include "actors/peer.hpp"
#include "actors/shard_proxy.hpp"
#include "actors/supervisor.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

/// For a shard that nobody runs, as far as is known.
constexpr auto patience_before = std::chrono::seconds(10);

/// Peers that the store has not named yet.
constexpr auto most_strangers = 8;

/// For one whose owner is gone: that is to be noticed, and another one to take
/// the shard up.
constexpr auto patience_after = std::chrono::seconds(30);

} // namespace

// -- where shards are ---------------------------------------------------------

shard_proxy_actor supervisor::proxy_of(snowflake guild, caf::error& why) {
  shard_proxy_actor none;
  if (guild == snowflake{}) {
    why = make_error(errc::invalid_guild_id);
    return none;
  }
  auto index = shard_of(guild, shards_.shard_count());
  caf::error ended;
  shards_.find(index, ended);
  if (ended) {
    why = std::move(ended);
    return none;
  }
  auto& [proxy, told] = proxies_[index];
  if (!proxy) {
    shard_proxy_config args;
    args.shard = {index, shards_.shard_count()};
    args.intents = values_.intents;
    args.patience = patience_before;
    args.long_patience = values_.node_timeout + patience_after;
    args.strays = strays_;
    proxy = spawn<shard_proxy>(std::move(args));
    monitor(proxy);
    auto now = find(index);
    told = now.route;
    send(proxy, std::move(now));
  }
  return proxy;
}

called_request supervisor::with_number(const guild_members_request& x,
                                       caf::actor receiver) {
  called_request result{draw(cfg_.random) + 2 * ++calls_, false, x,
                        std::move(receiver)};
  if (result.request.nonce.empty())
    result.request.nonce = make_nonce();
  return result;
}

shard_located supervisor::find(std::uint32_t index) const {
  caf::error ignored;
  auto here = shards_.find(index, ignored);
  auto there = elsewhere_.find(index);
  return there.route.epoch > here.route.epoch ? there : here;
}

caf::result<shard_located> supervisor::locate(const locate_shard& x) {
  caf::error why;
  shard_located found;
  if (begun_ && x.guild_id != snowflake{})
    found = shards_.find(shard_of(x.guild_id, shards_.shard_count()), why);
  if (stopping_ || failed_ || !found.owner)
    return why ? why : make_error(errc::not_running);
  return found;
}

void supervisor::tell_proxies() {
  for (auto& [index, x] : proxies_)
    if (auto now = find(index); now.route != x.told) {
      x.told = now.route;
      send(x.actor, std::move(now));
    }
}

void supervisor::routes_changed() {
  if (!clustered())
    return;
  tell_proxies();
  auto now =
      stopping_ || failed_ ? std::vector<shard_epoch>{} : shards_.running();
  if (now == told_shards_ && !stopping_)
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
  if (x.link == 0) {
    elsewhere_.remove(x.node);
    look(); // it may have ended
  } else {
    elsewhere_.set(x, caf::actor_cast<caf::actor>(i->second.actor));
  }
  tell_proxies();
  hub_.release(clock().now());
}

void supervisor::look() {
  if (lease_ && joined_ && !stopping_ && !failed_)
    send(lease_, look_now{});
}

void supervisor::nudge() {
  for (auto& [node, x] : peers_)
    send(x.actor, peer_nudge{});
}

// -- the other processes ------------------------------------------------------

void supervisor::open_door() {
  if (!cfg_.network || door_)
    return;
  // A shard that is reached at its owner's tells its events by that link.
  hub_.set_source([this](std::uint32_t index) {
    return wanted_ != 0 ? elsewhere_.find(index).route.node : 0;
  });
  door_ = spawn(door, cfg_.node, supervisor_actor{this}, strays_);
  monitor(door_);
  cfg_.network->open(caf::actor_cast<caf::actor>(door_));
}

void supervisor::close_door() {
  if (door_) {
    cfg_.network->close();
    caf::anon_send_exit(door_, caf::exit_reason::user_shutdown);
  }
  for (auto& [node, x] : peers_)
    caf::anon_send_exit(x.actor, caf::exit_reason::user_shutdown);
  for (auto& [index, x] : proxies_)
    caf::anon_send_exit(x.actor, caf::exit_reason::user_shutdown);
  proxies_.clear();
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
    // Nor is it a listener of this process to the shards that it left (C10).
    hub_.unsubscribe(x.actor.address());
    forget(node);
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
  args.values = cfg_.values;
  args.shard_count = shards_.shard_count();
  args.random = cfg_.random;
  args.strays = strays_;
  known.actor = spawn<peer>(std::move(args));
  monitor(known.actor);
  send(known.actor, shards_here{told_shards_, stopping_.has_value()});
  send(known.actor, peer_wish{0, wanted_});
  for (auto& wish : hub_.wishes())
    if (!is_peer(wish.listener.address()))
      send(known.actor, wish);
  return known.actor;
}

void supervisor::forget(std::uint64_t node) {
  elsewhere_.remove(node);
  far_dropped_before_ += std::exchange(far_dropped_[node], 0);
  far_dropped_.erase(node);
  hub_.forget(node);
  hub_.release(clock().now());
  tell_proxies();
}

void supervisor::peer_down(const caf::actor_addr& who) {
  // Those that were told to end are gone from here already.
  for (auto i = peers_.begin(); i != peers_.end(); ++i)
    if (i->second.actor == who) {
      log().error("a peer's actor has ended; the next renewal makes another");
      auto node = i->first;
      peers_.erase(i);
      forget(node);
      break;
    }
  std::erase_if(proxies_, [&](auto& x) { return x.second.actor == who; });
  if (door_ && door_ == who) {
    door_ = nullptr;
    if (!stopping_ && !failed_)
      open_door();
  }
}

void supervisor::welcome(const peer_guest& x) {
  // Who is to be dialed does not come; of who is not named yet, a few may.
  auto strangers = std::count_if(peers_.begin(), peers_.end(),
                                 [](auto& y) { return !y.second.listed; });
  auto known = peers_.count(x.node) != 0 || named_.count(x.node) != 0;
  if (stopping_ || failed_ || x.node <= cfg_.node
      || (!known && strangers >= most_strangers))
    return;
  send(peer_of(x.node, ""), x);
  peers_[x.node].seen = clock().now();
}

} // namespace muster
