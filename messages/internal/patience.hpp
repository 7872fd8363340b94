#pragma once

#include <algorithm>
#include <cstdint>

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/request.hpp"

namespace muster {

/// How long a request is waited for (Q6, Q8). The shard's request_book owns
/// it; a chunk_request goes by what it was told last.
struct patience {
  std::int32_t max_attempts = 1;
  /// Longest gap between two chunks.
  caf::timespan timeout{0};
  /// Longest wait for the first one.
  caf::timespan first_response_timeout{0};

  /// Of a request without open fields.
  static patience of(const guild_members_request& x) {
    return {x.max_attempts, x.timeout, x.first_response_timeout};
  }

  /// One opcode 8 serves several callers, with as much patience as any has.
  void raise_to(const patience& x) {
    max_attempts = std::max(max_attempts, x.max_attempts);
    timeout = std::max(timeout, x.timeout);
    first_response_timeout =
        std::max(first_response_timeout, x.first_response_timeout);
  }

  friend bool operator==(const patience&, const patience&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, patience& x) {
  return f(caf::meta::type_name("patience"), x.max_attempts, x.timeout,
           x.first_response_timeout);
}

} // namespace muster
