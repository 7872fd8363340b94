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

subscribers::listener
subscribers::make_listener(const subscribe_request& x) const {
  listener made;
  made.handle = x.listener;
  made.members = (x.events & event_bit::guild_members_chunk) != 0;
  made.dispatches = {x.dispatches.begin(), x.dispatches.end()};
  made.policy = x.on_overflow ? *x.on_overflow : policy_;
  made.account = std::make_shared<account>();
  made.account->bound = x.bound == 0 ? bound_ : x.bound;
  made.account->owner = owner_;
  return made;
}

bool subscribers::add(const subscribe_request& x) {
  if (!x.listener)
    return false;
  auto known = remove(x.listener.address());
  auto made = make_listener(x);
  members_ += made.members ? 1 : 0;
  listeners_.push_back(std::move(made));
  return !known;
}

bool subscribers::remove(const caf::actor_addr& gone) {
  auto i = std::find_if(listeners_.begin(), listeners_.end(),
                        [&](auto& x) { return x.handle.address() == gone; });
  if (i == listeners_.end())
    return false;
  members_ -= i->members ? 1 : 0;
  listeners_.erase(i);
  return true;
}

bool subscribers::want_dispatch(std::string_view name) const {
  for (auto& x : listeners_)
    if (x.dispatches.find(name) != x.dispatches.end())
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

void subscribers::pass(listener& to, const guild_members_chunk& x) {
  auto lent =
      lease(to, std::max(x.members.json.held(), x.presences.json.held()));
  if (lent == nullptr)
    return;
  auto copy = x; // of the header; the bytes are shared
  copy.members.json = x.members.json.with_lease(lent);
  if (!x.presences.json.empty())
    copy.presences.json = x.presences.json.with_lease(std::move(lent));
  caf::anon_send(to.handle, std::move(copy));
}

void subscribers::publish(const guild_members_chunk& x) {
  for (auto& to : listeners_)
    if (to.members)
      pass(to, x);
}

void subscribers::add_stream(const std::string& nonce, caf::actor to) {
  subscribe_request wish;
  wish.listener = std::move(to);
  wish.on_overflow = overflow::stop_reading;
  streams_.insert_or_assign(nonce, make_listener(wish));
}

void subscribers::publish_to(const std::string& nonce,
                             const guild_members_chunk& x) {
  if (auto i = streams_.find(nonce); i != streams_.end())
    pass(i->second, x);
}

void subscribers::publish(const dispatch& x) {
  for (auto& to : listeners_) {
    if (to.dispatches.count(x.name) == 0)
      continue;
    auto lent = lease(to, x.payload.held());
    if (lent == nullptr)
      continue;
    auto copy = x;
    copy.payload = x.payload.with_lease(std::move(lent));
    caf::anon_send(to.handle, std::move(copy));
  }
}

bool subscribers::behind(listener& x) {
  auto& account = *x.account;
  if (x.policy != overflow::stop_reading
      || account.held.load() <= account.bound)
    return false;
  account.stopped.store(true);
  // It may have caught up in between, and then nobody would tell.
  return account.held.load() > account.bound / 2
         || !account.stopped.exchange(false);
}

bool subscribers::overfull() {
  bool result = false;
  for (auto& x : listeners_)
    result |= behind(x);
  for (auto& [nonce, x] : streams_)
    result |= behind(x);
  return result;
}

std::uint64_t subscribers::bytes() const {
  std::uint64_t result = 0;
  auto held = [](auto& x) {
    return x.account->held.load(std::memory_order_relaxed);
  };
  for (auto& x : listeners_)
    result += held(x);
  for (auto& [nonce, x] : streams_)
    result += held(x);
  return result;
}

} // namespace muster
