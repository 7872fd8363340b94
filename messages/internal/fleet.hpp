#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/event.hpp"
#include "messages/optional.hpp"
#include "messages/shard_id.hpp"

namespace muster {

// Between the supervisor, its shards and the identify gate.

/// Tells the identify gate what the gateway permits.
struct identify_limits {
  std::uint32_t max_concurrency = 1;
  std::uint32_t remaining = 1000;
  caf::timespan reset_after{0};
};

/// Asks the supervisor for the identify limits of today; an error when the
/// REST API does not tell them.
struct identify_limits_request {};

/// A shard cannot connect where the gateway was: is it elsewhere? Answered with
/// a gateway_located when it is known.
struct locate_gateway_request {
  shard_id shard;
};

/// Where the gateway is now.
struct gateway_located {
  std::string url;
};

/// Starts the shards; a supervisor answers when they are known, before they
/// are ready.
struct start_request {};

struct started {
  /// Shards that this process runs.
  std::uint32_t shards = 0;
};

/// Leaves the gateway: ends requests as cancelled, leaves sessions resumable
/// and ends the shards; answered when all of that is done.
struct stop_request {
  /// Nothing is waited for: what is stopped belongs to nobody.
  bool at_once = false;
  /// Nor is anything ended: it belongs to another process (C5).
  bool overtaken = false;
  /// The shard goes on elsewhere, with all that was asked of it (C4).
  bool moves = false;
};

struct stopped {};

/// The startup of a shard has ended, with or without an E2 (S3).
struct shard_settled {
  shard_id shard;
  std::uint64_t start_id = 0;
  /// Guilds complete, and members received for them.
  std::uint64_t guilds = 0;
  std::uint64_t members = 0;
  /// The E2, if there is one.
  optional<shard_finished_chunking> event;
};

/// How far the startup of a shard is; the parts of chunking_progress.
struct shard_progress {
  shard_id shard;
  chunking_progress figures;
  /// Every guild of the startup has told how many members it has.
  bool all_created = false;
  /// Since sends are limited, it takes so long at least.
  caf::timespan least_left{0};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, identify_limits& x) {
  return f(caf::meta::type_name("identify_limits"), x.max_concurrency,
           x.remaining, x.reset_after);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f,
                                        identify_limits_request&) {
  return f(caf::meta::type_name("identify_limits_request"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f,
                                        locate_gateway_request& x) {
  return f(caf::meta::type_name("locate_gateway_request"), x.shard);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, gateway_located& x) {
  return f(caf::meta::type_name("gateway_located"), x.url);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, start_request&) {
  return f(caf::meta::type_name("start_request"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stop_request& x) {
  return f(caf::meta::type_name("stop_request"), x.at_once, x.overtaken,
           x.moves);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, started& x) {
  return f(caf::meta::type_name("started"), x.shards);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stopped&) {
  return f(caf::meta::type_name("stopped"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_settled& x) {
  return f(caf::meta::type_name("shard_settled"), x.shard, x.start_id, x.guilds,
           x.members, x.event);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shard_progress& x) {
  return f(caf::meta::type_name("shard_progress"), x.shard, x.figures,
           x.all_created, x.least_left);
}

} // namespace muster
