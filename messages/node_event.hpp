#pragma once

/// @file
/// What listeners hear of other processes.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: rules C9, C12.

#include <cstdint>
#include <string>

#include <caf/meta/type_name.hpp>

#include "messages/optional.hpp"
#include "messages/shard_id.hpp"

namespace muster {

// What listeners hear of the other processes of a bot.

/// Another process is there, or was when this one came.
struct node_joined {
  /// As `muster status` shows it.
  std::string node;
  /// Where it listens for others, HOST:PORT.
  std::string address;
};

/// It is not there any longer.
struct node_left {
  /// As `muster status` showed it.
  std::string node;
  /// A sentence for people.
  std::string reason;
};

/// To listeners with scope::bot: events of a shard were told by another process
/// and have not come here (C9).
struct events_missed {
  /// The shard whose events they were.
  shard_id shard;
  /// The bot's start, the same in all of its events.
  std::uint64_t start_id = 0;
  /// None: nobody knows how many, if any: their process is gone, or what was
  /// lost are members or dispatches (E5, E7), which are not counted.
  optional<std::uint64_t> count;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_joined& x) {
  return f(caf::meta::type_name("node_joined"), x.node, x.address);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_left& x) {
  return f(caf::meta::type_name("node_left"), x.node, x.reason);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, events_missed& x) {
  return f(caf::meta::type_name("events_missed"), x.shard, x.start_id, x.count);
}

} // namespace muster
