#pragma once

#include "actors/quantiles.hpp"
#include "messages/status.hpp"

namespace muster {

/// What a shard counts and measures itself (Q14).
struct shard_figures {
  statistics counts;
  quantiles first_response;
  quantiles completion;

  statistics report() const {
    auto x = counts;
    x.shards = 1;
    x.first_response = first_response.report();
    x.completion = completion.report();
    return x;
  }
};

} // namespace muster
