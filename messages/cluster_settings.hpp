#pragma once

/// @file
/// How a process shares the bot's shards with others.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: rules C1 to C15.

#include <chrono>
#include <cstdint>
#include <string>

#include <caf/timespan.hpp>

#include "messages/api.hpp"
#include "messages/optional.hpp"

namespace muster {

/// How a process runs shards together with others of its bot (C9-C14).
struct cluster_settings {
  /// Where it listens for other processes, HOST:PORT with an IPv6 address in
  /// brackets; empty: it is alone, and runs nothing while others of its bot
  /// live. It needs settings::state.
  std::string node;
  /// Where others reach it, if not there.
  std::string advertise;
  /// Its part of the shards is this of the sum of all; 0: none.
  std::uint32_t weight = 1;
  /// The most shards that it runs; none: any number.
  optional<std::uint32_t> max_shards;
  /// How long an imbalance lasts before shards are moved (C11).
  caf::timespan rebalance_after = std::chrono::seconds(30);
  /// The folder with ca.pem, node.pem and node.key, by which processes know
  /// each other (C14); empty: made beside an SQLite file.
  std::string tls_dir;

  /// What others are told.
  const std::string& address() const {
    return advertise.empty() ? node : advertise;
  }
};

/// What the settings are called where they were given.
struct cluster_names {
  /// settings::state.
  const char* state = "state";
  /// cluster_settings::node.
  const char* node = "cluster.node";
  /// cluster_settings::advertise.
  const char* advertise = "cluster.advertise";
  /// cluster_settings::weight.
  const char* weight = "cluster.weight";
  /// cluster_settings::max_shards.
  const char* max_shards = "cluster.max_shards";
  /// cluster_settings::rebalance_after.
  const char* rebalance_after = "cluster.rebalance_after";
  /// cluster_settings::tls_dir.
  const char* tls_dir = "cluster.tls_dir";
};

/// An empty string, or what is wrong with `x` of a process with this
/// settings::state, and how to mend it.
MUSTER_API std::string check(const cluster_settings& x,
                             const std::string& state,
                             const cluster_names& names = {});

} // namespace muster
