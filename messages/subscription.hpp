#pragma once

/// @file
/// Who wants to hear what.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: rules E1 to E7, B1, C13.

#include <cstdint>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/meta/type_name.hpp>

#include "messages/optional.hpp"
#include "messages/settings.hpp"

namespace muster {

/// What a listener wants, as bits of subscribe_request::events.
namespace event_bit {
/// E1.
constexpr std::uint32_t chunk_request_finished = 1u << 0;
/// E2.
constexpr std::uint32_t shard_finished_chunking = 1u << 1;
/// E3.
constexpr std::uint32_t finished_chunking = 1u << 2;
/// E5.
constexpr std::uint32_t guild_members_chunk = 1u << 3;
/// E6.
constexpr std::uint32_t chunking_progress = 1u << 4;
/// READY.
constexpr std::uint32_t shard_ready = 1u << 5;
/// RESUMED.
constexpr std::uint32_t shard_resumed = 1u << 6;
/// The end of a connection.
constexpr std::uint32_t shard_disconnected = 1u << 7;
/// Not among the books, so that a listener which does not know it needs none.
constexpr std::uint32_t shard_moved = 1u << 8;
// Of the other processes of a bot; likewise.
/// Another process is there.
constexpr std::uint32_t node_joined = 1u << 9;
/// It is not any longer.
constexpr std::uint32_t node_left = 1u << 10;
/// Events of another process that have not come (C9).
constexpr std::uint32_t events_missed = 1u << 11;
/// All but members, progress, moves and other processes.
constexpr std::uint32_t books =
    0xFFu & ~guild_members_chunk & ~chunking_progress;
} // namespace event_bit

/// Whose events a listener hears, where processes share the bot's shards (C13).
/// The ends of startups (E2, E3) are the bot's with either.
enum class scope : std::uint8_t {
  /// What the shards of this process bring.
  node,
  /// What all of the bot's bring, wherever they run.
  bot,
};

/// Makes `listener` receive events, until it ends or unsubscribes. Sent to a
/// router. A second one from the same listener replaces the first.
struct subscribe_request {
  /// Who is to hear; handles each of the events that it wants.
  caf::actor listener;
  /// Bits of event_bit.
  std::uint32_t events = event_bit::books;
  /// Gateway events by name, such as "MESSAGE_CREATE" (E7).
  std::vector<std::string> dispatches;
  /// Bytes of payloads that one shard holds for this listener; 0 stands for
  /// the setting (B1). One of another process holds as much again there, for
  /// all listeners of this one together: the largest bound of them.
  std::uint64_t bound = 0;
  /// What happens when it is behind; none: the setting.
  optional<overflow> on_overflow;
  /// Whose events, where processes share the bot's shards.
  muster::scope scope = muster::scope::node;
};

/// Ends a subscription.
struct unsubscribe_request {
  /// Who heard.
  caf::actor listener;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, subscribe_request& x) {
  return f(caf::meta::type_name("subscribe_request"), x.listener, x.events,
           x.dispatches, x.bound, x.on_overflow, x.scope);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, unsubscribe_request& x) {
  return f(caf::meta::type_name("unsubscribe_request"), x.listener);
}

} // namespace muster
