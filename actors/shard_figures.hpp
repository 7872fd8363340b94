#pragma once

#include "actors/quantiles.hpp"
#include "messages/status.hpp"

namespace muster {

/// What a shard counts and measures itself (Q14).
struct shard_figures {
  statistics counts;
  quantiles first_response;
  quantiles completion;
};

} // namespace muster
