#include "actors/subscribers.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "messages/type_ids.hpp"

namespace muster {

subscribers::subscribers(caf::weak_actor_ptr owner, std::size_t bound,
                         overflow policy)
    : owner_(std::move(owner)), bound_(bound), policy_(policy) {}

void subscribers::add(const subscribe_request& x) {
  if (!x.listener)
    return;
  remove(x.listener.address());
  listener made;
  made.handle = x.listener;
  made.members = (x.events & event_bit::guild_members_chunk) != 0;
  made.dispatches = {x.dispatches.begin(), x.dispatches.end()};
  made.policy = x.on_overflow ? *x.on_overflow : policy_;
  made.account = std::make_shared<account>();
  made.account->bound = x.bound == 0 ? bound_ : x.bound;
  made.account->owner = owner_;
  if (!made.members && made.dispatches.empty())
    return;
  members_ += made.members ? 1 : 0;
  listeners_.push_back(std::move(made));
}

void subscribers::remove(const caf::actor_addr& gone) {
  auto i = std::find_if(listeners_.begin(), listeners_.end(),
                        [&](auto& x) { return x.handle.address() == gone; });
  if (i == listeners_.end())
    return;
  members_ -= i->members ? 1 : 0;
  listeners_.erase(i);
}

bool subscribers::want_dispatch(std::string_view name) const {
  for (auto& x : listeners_)
    if (!x.dispatches.empty() && x.dispatches.count(std::string{name}) != 0)
      return true;
  return false;
}

std::shared_ptr<void> subscribers::lease(listener& to, std::size_t bytes) {
  auto& account = *to.account;
  auto held = account.held.load(std::memory_order_relaxed);
  // One event always passes, however large it is.
  if (to.policy == overflow::drop && held > 0 && held + bytes > account.bound) {
    ++dropped_;
    return nullptr;
  }
  account.held.fetch_add(bytes, std::memory_order_relaxed);
  auto pay_back = [account = to.account, bytes](void*) {
    auto left = account->held.fetch_sub(bytes) - bytes;
    if (left <= account->bound / 2 && account->stopped.exchange(false))
      if (auto owner = caf::actor_cast<caf::actor>(account->owner))
        caf::anon_send(owner, credit_available{});
  };
  return {static_cast<void*>(to.account.get()), std::move(pay_back)};
}

void subscribers::publish(const guild_members_chunk& x) {
  auto bytes = x.members.json.size() + x.presences.json.size();
  for (auto& to : listeners_) {
    if (!to.members)
      continue;
    auto lent = lease(to, bytes);
    if (lent == nullptr)
      continue;
    auto copy = x; // of the header; the bytes are shared
    copy.members.json = x.members.json.with_lease(lent);
    if (!x.presences.json.empty())
      copy.presences.json = x.presences.json.with_lease(std::move(lent));
    caf::anon_send(to.handle, std::move(copy));
  }
}

void subscribers::publish(const dispatch& x) {
  for (auto& to : listeners_) {
    if (to.dispatches.count(x.name) == 0)
      continue;
    auto lent = lease(to, x.payload.size());
    if (lent == nullptr)
      continue;
    auto copy = x;
    copy.payload = x.payload.with_lease(std::move(lent));
    caf::anon_send(to.handle, std::move(copy));
  }
}

bool subscribers::overfull() {
  bool result = false;
  for (auto& x : listeners_) {
    auto& account = *x.account;
    if (x.policy != overflow::stop_reading
        || account.held.load() <= account.bound)
      continue;
    account.stopped.store(true);
    // It may have caught up in between, and then nobody would tell.
    if (account.held.load() <= account.bound / 2
        && account.stopped.exchange(false))
      continue;
    result = true;
  }
  return result;
}

std::uint64_t subscribers::bytes() const {
  std::uint64_t result = 0;
  for (auto& x : listeners_)
    result += x.account->held.load(std::memory_order_relaxed);
  return result;
}

} // namespace muster
