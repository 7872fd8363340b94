#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/event.hpp"
#include "messages/optional.hpp"
#include "messages/shard_id.hpp"
#include "messages/status.hpp"

namespace muster {

// How the shards of a process are, for who watches it. Never sent to others.

/// How many durations were how long, since the start: can be added, as
/// quantiles cannot.
struct distribution {
  /// Upper bounds in seconds; what is above all of them is counted last.
  static constexpr std::array<double, 13> bounds{
      0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

  std::array<std::uint64_t, bounds.size() + 1> counts{};
  /// Of all of them, in seconds.
  double sum = 0;

  void add(caf::timespan x) {
    auto seconds = static_cast<double>(x.count()) / 1e9;
    std::size_t i = 0;
    while (i < bounds.size() && seconds > bounds[i])
      ++i;
    ++counts[i];
    sum += seconds;
  }

  distribution& operator+=(const distribution& x) {
    for (std::size_t i = 0; i < counts.size(); ++i)
      counts[i] += x.counts[i];
    sum += x.sum;
    return *this;
  }
};

/// Asks a shard how it is.
struct shard_standing_request {
  /// Of the latest durations, too, which takes some sorting.
  bool quantiles = false;
};

struct shard_standing {
  shard_id shard;
  statistics figures;
  /// Of its startup; what is about the fleet stays 0.
  chunking_progress startup;
  distribution heartbeat;
  distribution first_response;
  distribution completion;
};

/// Asks the supervisor how the shards here are.
struct fleet_standing_request {
  bool quantiles = false;
};

/// A process of the bot, where several share its shards.
struct node_standing {
  /// As `muster status` shows it.
  std::string node;
  std::string address;
  /// That it runs, as far as is known here.
  std::uint32_t shards = 0;
  bool here = false;
};

struct fleet_standing {
  /// By index; those that have answered.
  std::vector<shard_standing> shards;
  /// Shards that are to run here.
  std::uint32_t wanted = 0;
  /// Those of them whose session has ended for good.
  std::vector<std::uint32_t> ended;
  /// Those that run and have not answered in time.
  std::vector<std::uint32_t> silent;
  /// Those whose actor has died meanwhile.
  std::vector<std::uint32_t> fallen;
  /// It is known which shards these are.
  bool begun = false;
  /// It has given up, or stops: nothing will come.
  bool over = false;
  std::uint64_t start_id = 0;
  /// Messages, errors and ends that nobody had asked for.
  std::uint64_t strays = 0;
  /// Of a day, as Discord has told; none: it has not.
  optional<std::uint32_t> identifies_limit;
  /// What the bot's processes have left of them; none without a store.
  optional<std::uint32_t> identifies_left;
  /// This process first; empty: it shares with nobody.
  std::vector<node_standing> nodes;
  /// Between this process and others: what listeners did not get, and what
  /// those here hold.
  std::uint64_t far_dropped_events = 0;
  std::uint64_t far_listener_bytes = 0;
};

/// Asks for what the page shows now.
struct overview_request {};

/// JSON, one line.
struct overview_text {
  std::string json;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, overview_request&) {
  return f(caf::meta::type_name("overview_request"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, overview_text& x) {
  return f(caf::meta::type_name("overview_text"), x.json);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, distribution& x) {
  return f(caf::meta::type_name("distribution"), x.counts, x.sum);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f,
                                        shard_standing_request& x) {
  return f(caf::meta::type_name("shard_standing_request"), x.quantiles);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_standing& x) {
  return f(caf::meta::type_name("shard_standing"), x.shard, x.figures,
           x.startup, x.heartbeat, x.first_response, x.completion);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f,
                                        fleet_standing_request& x) {
  return f(caf::meta::type_name("fleet_standing_request"), x.quantiles);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_standing& x) {
  return f(caf::meta::type_name("node_standing"), x.node, x.address, x.shards,
           x.here);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, fleet_standing& x) {
  return f(caf::meta::type_name("fleet_standing"), x.shards, x.wanted, x.ended,
           x.silent, x.fallen, x.begun, x.over, x.start_id, x.strays,
           x.identifies_limit, x.identifies_left, x.nodes, x.far_dropped_events,
           x.far_listener_bytes);
}

} // namespace muster
