#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

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

template <class F>
constexpr std::uint32_t bit_of_handler() {
  using event = typename argument<decltype(&F::operator())>::type;
  static_assert(bit_of<event> != 0, "a handler takes one of muster's events");
  return bit_of<event>;
}

} // namespace detail

/// An actor that calls `handlers`, one function object per type of event, and
/// the subscription that they need. It has a thread of its own, since nobody
/// knows how long the bot's handlers take (B1). It ends when it is sent an
/// unsubscribe_request, after the events before it.
template <class... Fs>
subscribe_request make_listener(caf::actor_system& sys, Fs... handlers) {
  subscribe_request wish;
  wish.events = (detail::bit_of_handler<Fs>() | ... | 0u);
  wish.listener = sys.spawn<caf::detached>([=](caf::event_based_actor* self) {
    return caf::behavior{handlers...,
                         [self](const unsubscribe_request&) { self->quit(); }};
  });
  return wish;
}

/// The same for one gateway event by name (E7).
template <class F>
subscribe_request make_dispatch_listener(caf::actor_system& sys,
                                         std::string name, F handler) {
  subscribe_request wish;
  wish.events = 0;
  wish.dispatches = {std::move(name)};
  wish.listener = sys.spawn<caf::detached>([=](caf::event_based_actor* self) {
    return caf::behavior{[handler](const dispatch& x) mutable { handler(x); },
                         [self](const unsubscribe_request&) { self->quit(); }};
  });
  return wish;
}

} // namespace muster
