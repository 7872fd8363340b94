#include "net/event_text.hpp"

#include <vector>

#include "net/shallow_cbor.hpp"

namespace muster {

using nlohmann::json;

std::string write_event(const shard_finished_chunking& x) {
  auto ids = [](const std::vector<snowflake>& all) {
    auto result = json::array();
    for (auto id : all)
      result.push_back(id.value);
    return result;
  };
  auto at = static_cast<std::uint64_t>(x.at.time_since_epoch().count());
  return write_cbor(
      json::array({x.shard.count, at, ids(x.incomplete_guild_ids),
                   ids(x.missed_guild_ids), ids(x.unavailable_guild_ids)}));
}

bool read_event(const std::string& text, shard_finished_chunking& out) {
  json all;
  if (!read_cbor(text, all) || all.size() != 5 || !all[0].is_number_unsigned()
      || !all[1].is_number_unsigned())
    return false;
  out.shard.count = all[0].get<std::uint32_t>();
  out.at = caf::timestamp{caf::timespan{all[1].get<std::int64_t>()}};
  std::vector<snowflake>* lists[] = {&out.incomplete_guild_ids,
                                     &out.missed_guild_ids,
                                     &out.unavailable_guild_ids};
  for (std::size_t i = 0; i < 3; ++i)
    for (auto& id : all[2 + i]) {
      if (!id.is_number_unsigned())
        return false;
      lists[i]->push_back(snowflake{id.get<std::uint64_t>()});
    }
  return true;
}

} // namespace muster
