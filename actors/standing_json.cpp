#include "actors/standing_json.hpp"

#include <nlohmann/json.hpp>

#include "actors/fleet_progress.hpp"
#include "messages/version.hpp"

namespace muster {

namespace {

using ordered_json = nlohmann::ordered_json;

std::uint32_t connected_of(const fleet_standing& x) {
  std::uint32_t result = 0;
  for (auto& shard : x.shards)
    result += shard.figures.connected;
  return result;
}

ordered_json startup_of(const chunking_progress& x) {
  return {{"guilds", x.guilds},
          {"complete", x.guilds_complete},
          {"in_flight", x.guilds_in_flight},
          {"queued", x.guilds_queued},
          {"failed", x.guilds_failed},
          {"members", x.members},
          {"members_expected", x.members_expected}};
}

ordered_json requests_of(const statistics& x) {
  ordered_json result{{"queued", x.queued_requests},
                      {"in_flight", x.in_flight},
                      {"refused", x.refused_requests}};
  for (std::size_t i = 0; i < outcome_count; ++i)
    result[to_string(static_cast<outcome>(i))] = x.outcomes[i];
  return result;
}

ordered_json quantiles_of(const latency& x) {
  auto ms = [](caf::timespan t) {
    return static_cast<double>(t.count()) / 1e6;
  };
  return {{"samples", x.samples},
          {"p50_ms", ms(x.p50)},
          {"p90_ms", ms(x.p90)},
          {"p99_ms", ms(x.p99)},
          {"max_ms", ms(x.max)}};
}

void add_figures(ordered_json& to, const statistics& x,
                 const chunking_progress& startup) {
  to["guilds"] = x.guilds;
  to["startup"] = startup_of(startup);
  to["requests"] = requests_of(x);
  to["chunks"] = x.chunks;
  to["members"] = x.members;
  to["received_bytes"] = x.bytes_received;
  to["reconnects"] = x.reconnects;
  to["heartbeat"] = quantiles_of(x.heartbeat);
  to["first_response"] = quantiles_of(x.first_response);
  to["completion"] = quantiles_of(x.completion);
}

} // namespace

bool is_ready(const fleet_standing& x) {
  return x.begun && x.silent.empty() && connected_of(x) == x.wanted;
}

std::string standing_json(const fleet_standing& x) {
  statistics figures;
  chunking_progress startup;
  auto shards = ordered_json::array();
  for (auto& one : x.shards) {
    figures += one.figures;
    add_counts(startup, one.startup);
    ordered_json shard{{"shard", one.shard.index},
                       {"connected", one.figures.connected != 0}};
    add_figures(shard, one.figures, one.startup);
    shards.push_back(std::move(shard));
  }
  ordered_json result{{"version", version()},
                      {"ready", is_ready(x)},
                      {"shards", x.wanted},
                      {"connected", connected_of(x)},
                      {"silent", x.silent.size()}};
  add_figures(result, figures, startup);
  result["by_shard"] = std::move(shards);
  return result.dump() + '\n';
}

} // namespace muster
