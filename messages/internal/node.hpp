#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/optional.hpp"

namespace muster {

/// A process of the bot, as the others see it (C11).
struct node_info {
  /// The number that it drew at its start.
  std::uint64_t node = 0;
  /// Where others reach it, HOST:PORT; empty: it is alone.
  std::string address;
  /// Its part of the shards is this of the sum of all.
  std::uint32_t weight = 1;
  /// The most shards that it runs; none: any number.
  optional<std::uint32_t> max_shards;
  /// The only shards that it runs, as indexes and ranges; empty: any.
  std::string only;
  /// It is to have none.
  bool draining = false;
  /// Shards that it owns.
  std::uint32_t owns = 0;

  friend bool operator==(const node_info&, const node_info&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_info& x) {
  return f(caf::meta::type_name("node_info"), x.node, x.address, x.weight,
           x.max_shards, x.only, x.draining, x.owns);
}

} // namespace muster
