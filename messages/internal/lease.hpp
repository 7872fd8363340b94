#pragma once

#include <cstdint>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/internal/claim.hpp"
#include "messages/internal/store.hpp"

namespace muster {

// About the lease of this process (C2), between its supervisor, the
// lease_keeper and the shards.

/// This process has joined: its lease begins, and is renewed from here on.
struct hold_lease {
  std::uint64_t node = 0;
};

struct lease_held {};

/// Are you alive? Answered by who is.
struct alive_check {};

/// The I/O thread is alive.
struct io_alive {};

/// The lease holds for one more term.
struct lease_renewed {
  /// What the store says that this process owns.
  std::vector<shard_owner> own;
  /// Others have been marked as dead: shards may be free.
  bool freed = false;
  /// What has been in this start of the bot, also by others (C8); none: nothing
  /// since the last time.
  optional<joined_store> start;
  /// All processes that live, this one among them.
  std::vector<node_info> nodes;
  /// Identifies of this day; none: not known.
  optional<std::uint32_t> identifies_left;
};

/// There may be news in the store: it is to be renewed before its time.
struct look_now {};

/// It has not been renewed in time: what is owned may not be used for now.
struct lease_lapsed {};

/// Others hold this process for dead: it owns nothing and is to join anew.
struct lease_lost {};

/// Tells a shard whether it may be connected.
struct lease_state {
  bool held = true;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, hold_lease& x) {
  return f(caf::meta::type_name("hold_lease"), x.node);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, lease_held&) {
  return f(caf::meta::type_name("lease_held"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, alive_check&) {
  return f(caf::meta::type_name("alive_check"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, io_alive&) {
  return f(caf::meta::type_name("io_alive"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, lease_renewed& x) {
  return f(caf::meta::type_name("lease_renewed"), x.own, x.freed, x.start,
           x.nodes, x.identifies_left);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, look_now&) {
  return f(caf::meta::type_name("look_now"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, lease_lapsed&) {
  return f(caf::meta::type_name("lease_lapsed"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, lease_lost&) {
  return f(caf::meta::type_name("lease_lost"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, lease_state& x) {
  return f(caf::meta::type_name("lease_state"), x.held);
}

} // namespace muster
