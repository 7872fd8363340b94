#include "actors/shard_plan.hpp"

#include <algorithm>
#include <string>

#include "messages/errc.hpp"
#include "messages/shard_id.hpp"

namespace muster {

shard_plan plan_shards(const settings& values, const gateway_info& info) {
  shard_plan plan;
  plan.count = values.shard_count ? *values.shard_count : info.shards;
  plan.indexes = values.shards;
  if (values.owner_of != snowflake{})
    plan.indexes = {shard_of(values.owner_of, plan.count)};
  if (plan.indexes.empty())
    for (std::uint32_t i = 0; i < plan.count; ++i)
      plan.indexes.push_back(i);
  std::sort(plan.indexes.begin(), plan.indexes.end());
  plan.indexes.erase(std::unique(plan.indexes.begin(), plan.indexes.end()),
                     plan.indexes.end());
  if (plan.indexes.back() >= plan.count) {
    plan.error = make_error(errc::invalid_settings,
                            "shard " + std::to_string(plan.indexes.back())
                                + " does not exist, the bot has "
                                + std::to_string(plan.count)
                                + (plan.count == 1 ? " shard" : " shards"));
    return plan;
  }
  auto foreign = [&](snowflake id) {
    return !std::binary_search(plan.indexes.begin(), plan.indexes.end(),
                               shard_of(id, plan.count));
  };
  auto& only = values.only_guilds;
  for (auto* list : {&values.pinned_guilds, &only})
    std::copy_if(list->begin(), list->end(),
                 std::back_inserter(plan.foreign_guilds), foreign);
  // A list of nothing else is a mistake.
  if (!only.empty() && std::all_of(only.begin(), only.end(), foreign))
    plan.error =
        make_error(errc::invalid_settings,
                   "all guilds of the filter belong to shards that are not "
                   "run here; run their shards or name other guilds");
  return plan;
}

} // namespace muster
