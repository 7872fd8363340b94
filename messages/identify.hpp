#pragma once

/// @file
/// Leave to identify.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: Events > Gateway > Sharding, max_concurrency; rule A1.

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/optional.hpp"
#include "messages/shard_id.hpp"

namespace muster {

/// A shard asks for leave to identify; the answer is the leave, and comes when
/// its turn has. Source: Events > Using Gateway > Sharding > Max Concurrency.
struct identify_slot_request {
  /// Who asks.
  shard_id shard;
};

/// Leave to identify now.
struct identify_slot {
  /// Until when, by the clock of the actors of this process; none: it holds.
  optional<caf::timespan> until;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f,
                                        identify_slot_request& x) {
  return f(caf::meta::type_name("identify_slot_request"), x.shard);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, identify_slot& x) {
  return f(caf::meta::type_name("identify_slot"), x.until);
}

} // namespace muster
