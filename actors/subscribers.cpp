#include "actors/subscribers.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "messages/internal/type_ids.hpp"

namespace muster {

subscribers::subscribers(caf::weak_actor_ptr owner, std::size_t bound,
                         overflow policy)
    : owner_(std::move(owner)), bound_(bound), policy_(policy) {}

std::pair<subscribers::account_ptr, bool>
subscribers::account_of(const caf::actor& x) {
  auto [i, fresh] = accounts_.try_emplace(x.address());
  if (fresh) {
    i->second = std::make_shared<account>();
    i->second->bound = bound_;
    i->second->owner = owner_;
  }
  return {i->second, fresh};
}

bool subscribers::add(const subscribe_request& x, bool far) {
  if (!x.listener)
    return false;
  auto [account, fresh] = account_of(x.listener);
  listener made;
  made.handle = x.listener;
  made.members = (x.events & event_bit::guild_members_chunk) != 0;
  made.far = far;
  made.dispatches = {x.dispatches.begin(), x.dispatches.end()};
  made.policy = x.on_overflow ? *x.on_overflow : policy_;
  made.account = account;
  remove(x.listener.address());
  account->bound = x.bound == 0 ? bound_ : x.bound;
  account->stops_reading |= made.policy == overflow::stop_reading;
  members_ += made.members ? 1 : 0;
  listeners_.push_back(std::move(made));
  return fresh;
}

void subscribers::erase_listener(const caf::actor_addr& gone) {
  auto i = std::find_if(listeners_.begin(), listeners_.end(),
                        [&](auto& x) { return x.handle.address() == gone; });
  if (i == listeners_.end())
    return;
  members_ -= i->members ? 1 : 0;
  listeners_.erase(i);
}

void subscribers::remove(const caf::actor_addr& gone) {
  erase_listener(gone);
  if (auto i = accounts_.find(gone); i != accounts_.end())
    i->second->stops_reading =
        std::any_of(streams_.begin(), streams_.end(),
                    [&](auto& x) { return x.second.account == i->second; });
}

bool subscribers::lost(const caf::actor_addr& gone) {
  if (accounts_.erase(gone) == 0)
    return false;
  erase_listener(gone);
  std::erase_if(streams_,
                [&](auto& x) { return x.second.handle.address() == gone; });
  return true;
}

std::vector<caf::actor_addr> subscribers::take_idle() {
  std::vector<caf::actor_addr> result;
  std::erase_if(accounts_, [&](auto& x) {
    auto idle = x.second.use_count() == 1; // neither listener nor lease
    if (idle)
      result.push_back(x.first);
    return idle;
  });
  return result;
}

bool subscribers::want_members_here() const {
  return std::any_of(listeners_.begin(), listeners_.end(),
                     [](auto& x) { return x.members && !x.far; });
}

bool subscribers::want_dispatch(std::string_view name) const {
  for (auto& x : listeners_)
    if (x.dispatches.find(name) != x.dispatches.end())
      return true;
  return false;
}

std::shared_ptr<void> subscribers::lease(const account_ptr& to, overflow policy,
                                         std::size_t bytes) {
  bytes += event_overhead;
  auto held = to->held.load(std::memory_order_relaxed);
  // One event always passes, however large it is.
  if (policy == overflow::drop && held > 0 && held + bytes > to->bound) {
    ++dropped_;
    return nullptr;
  }
  to->held.fetch_add(bytes, std::memory_order_relaxed);
  auto pay_back = [account = to, bytes](void*) {
    auto left = account->held.fetch_sub(bytes) - bytes;
    if (left <= account->bound / 2 && account->stopped.exchange(false))
      if (auto owner = caf::actor_cast<caf::actor>(account->owner))
        caf::anon_send(owner, credit_available{});
  };
  return {static_cast<void*>(to.get()), std::move(pay_back)};
}

void subscribers::pass(const caf::actor& to, const account_ptr& account,
                       overflow policy, const guild_members_chunk& x) {
  auto lent = lease(account, policy,
                    std::max(x.members.json.held(), x.presences.json.held()));
  if (lent == nullptr)
    return;
  auto copy = x; // of the header; the bytes are shared
  copy.members.json = x.members.json.with_lease(lent);
  if (!x.presences.json.empty())
    copy.presences.json = x.presences.json.with_lease(std::move(lent));
  caf::anon_send(to, std::move(copy));
}

void subscribers::publish(const guild_members_chunk& x) {
  for (auto& to : listeners_)
    if (to.members)
      pass(to.handle, to.account, to.policy, x);
}

bool subscribers::add_stream(const std::string& nonce, const caf::actor& to) {
  auto [account, fresh] = account_of(to);
  account->stops_reading = true;
  streams_.insert_or_assign(nonce, stream{to, account});
  return fresh;
}

void subscribers::publish_to(const std::string& nonce,
                             const guild_members_chunk& x) {
  if (auto i = streams_.find(nonce); i != streams_.end())
    pass(i->second.handle, i->second.account, overflow::stop_reading, x);
}

void subscribers::publish(const dispatch& x) {
  for (auto& to : listeners_) {
    if (to.dispatches.count(x.name) == 0)
      continue;
    auto lent = lease(to.account, to.policy, x.payload.held());
    if (lent == nullptr)
      continue;
    auto copy = x;
    copy.payload = x.payload.with_lease(std::move(lent));
    caf::anon_send(to.handle, std::move(copy));
  }
}

bool subscribers::behind(account& x) {
  if (!x.stops_reading || x.held.load() <= x.bound)
    return false;
  x.stopped.store(true);
  // It may have caught up in between, and then nobody would tell.
  return x.held.load() > x.bound / 2 || !x.stopped.exchange(false);
}

bool subscribers::overfull() {
  bool result = false;
  for (auto& [listener, x] : accounts_)
    result |= behind(*x);
  return result;
}

std::uint64_t subscribers::bytes() const {
  std::uint64_t result = 0;
  for (auto& [listener, x] : accounts_)
    result += x->held.load(std::memory_order_relaxed);
  return result;
}

} // namespace muster
