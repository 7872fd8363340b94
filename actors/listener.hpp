#pragma once

/// @file
/// Listeners made of functions.
/// Threads: callable from any; the functions are called on a thread of the
/// listener, one at a time.
/// Source: rules E1 to E7, B1, F1.

#include <cstdint>
#include <type_traits>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/guard.hpp"
#include "messages/actors.hpp"

namespace muster {

namespace detail {

template <class T>
struct argument;
template <class R, class C, class A>
struct argument<R (C::*)(A) const> : std::decay<A> {};
template <class R, class C, class A>
struct argument<R (C::*)(A)> : std::decay<A> {};

template <class T>
inline constexpr std::uint32_t bit_of = 0;
template <>
inline constexpr std::uint32_t bit_of<chunk_request_finished> =
    event_bit::chunk_request_finished;
template <>
inline constexpr std::uint32_t bit_of<shard_finished_chunking> =
    event_bit::shard_finished_chunking;
template <>
inline constexpr std::uint32_t bit_of<finished_chunking> =
    event_bit::finished_chunking;
template <>
inline constexpr std::uint32_t bit_of<guild_members_chunk> =
    event_bit::guild_members_chunk;
template <>
inline constexpr std::uint32_t bit_of<chunking_progress> =
    event_bit::chunking_progress;
template <>
inline constexpr std::uint32_t bit_of<shard_ready> = event_bit::shard_ready;
template <>
inline constexpr std::uint32_t bit_of<shard_resumed> = event_bit::shard_resumed;
template <>
inline constexpr std::uint32_t bit_of<shard_disconnected> =
    event_bit::shard_disconnected;
template <>
inline constexpr std::uint32_t bit_of<shard_moved> = event_bit::shard_moved;
template <>
inline constexpr std::uint32_t bit_of<node_joined> = event_bit::node_joined;
template <>
inline constexpr std::uint32_t bit_of<node_left> = event_bit::node_left;
template <>
inline constexpr std::uint32_t bit_of<events_missed> = event_bit::events_missed;

template <class F>
constexpr std::uint32_t bit_of_handler() {
  using event = typename argument<decltype(&F::operator())>::type;
  static_assert(bit_of<event> != 0, "a handler takes one of muster's events");
  return bit_of<event>;
}

} // namespace detail

namespace detail {

/// A handler that survives what the bot's function throws (F1).
template <class F>
auto careful(F handler) {
  using event = typename argument<decltype(&F::operator())>::type;
  return [handler](const event& x) mutable {
    try {
      if constexpr (std::is_invocable_v<F&, const event&>) {
        handler(x);
      } else {
        auto copy = x;
        handler(copy);
      }
    } catch (...) {
      report_exception("a listener's callback", std::current_exception());
    }
  };
}

/// An actor with a thread of its own that has these handlers and ends when it
/// is sent an unsubscribe_request, after the events before it.
template <class... Fs>
caf::actor spawn_listener(caf::actor_system& sys, Fs... handlers) {
  return sys.spawn<caf::detached>([=](caf::event_based_actor* self) {
    guard(self, nullptr);
    return caf::behavior{careful(handlers)...,
                         [self](const unsubscribe_request&) { self->quit(); }};
  });
}

} // namespace detail

/// An actor that calls `handlers`, one function object per type of event, and
/// the subscription that they need. It has a thread of its own, since nobody
/// knows how long the bot's handlers take (B1). What a handler throws is
/// logged, and costs that call only (F1). It ends when it is sent an
/// unsubscribe_request, after the events before it.
template <class... Fs>
subscribe_request make_listener(caf::actor_system& sys, Fs... handlers) {
  subscribe_request wish;
  wish.events = (detail::bit_of_handler<Fs>() | ... | 0u);
  wish.listener = detail::spawn_listener(sys, std::move(handlers)...);
  return wish;
}

/// The same for one gateway event by name (E7).
template <class F>
subscribe_request make_dispatch_listener(caf::actor_system& sys,
                                         std::string name, F handler) {
  auto call = [handler](const dispatch& x) mutable { handler(x); };
  subscribe_request wish;
  wish.events = 0;
  wish.dispatches = {std::move(name)};
  wish.listener = detail::spawn_listener(sys, std::move(call));
  return wish;
}

} // namespace muster
