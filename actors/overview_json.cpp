#include "actors/overview_json.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "actors/fleet_progress.hpp"
#include "actors/standing_json.hpp"
#include "messages/version.hpp"

namespace muster {

namespace {

using ordered_json = nlohmann::ordered_json;

std::int64_t ms_of(caf::timestamp x) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             x.time_since_epoch())
      .count();
}

ordered_json ms_of(caf::timespan x) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(x).count();
}

const char* state_of(const shard_standing& x, event_journal::link link) {
  if (x.figures.connected != 0) {
    auto settled = x.startup.guilds_complete + x.startup.guilds_failed;
    return settled < x.startup.guilds ? "startup" : "ready";
  }
  // What it was told last may not have come here yet.
  return to_string(
      link == event_journal::link::open ? event_journal::link::resuming : link);
}

bool is_among(const std::vector<std::uint32_t>& all, std::uint32_t one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

ordered_json shards_of(const fleet_standing& x, const event_journal& journal) {
  auto rows = ordered_json::array();
  for (auto& one : x.shards) {
    auto index = one.shard.index;
    if (is_among(x.ended, index))
      continue; // it lives on only to end its requests
    auto link = journal.link_of(index);
    rows.push_back({index, state_of(one, link.state), ms_of(link.since),
                    one.startup.guilds,
                    one.startup.guilds_complete + one.startup.guilds_failed,
                    one.startup.guilds_failed, one.figures.members,
                    one.figures.queued_requests + one.figures.in_flight,
                    one.figures.reconnects});
  }
  auto add = [&](const std::vector<std::uint32_t>& indexes, const char* state) {
    for (auto index : indexes)
      rows.push_back({index, state, ms_of(journal.link_of(index).since), 0, 0,
                      0, 0, 0, 0});
  };
  add(x.ended, "ended");
  for (auto index : x.silent)
    if (!is_among(x.ended, index))
      add({index}, "silent");
  for (auto index : x.fallen)
    if (!is_among(x.ended, index))
      add({index}, to_string(journal.link_of(index).state));
  std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) {
    return a[0].template get<std::uint32_t>()
           < b[0].template get<std::uint32_t>();
  });
  return {{"columns",
           {"shard", "state", "since", "guilds", "settled", "failed", "members",
            "requests", "reconnects"}},
          {"rows", std::move(rows)}};
}

/// The least bound, in seconds, that so many of them do not exceed; null where
/// they exceed all.
ordered_json bound_of(const distribution& x, std::uint64_t count, double part) {
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < distribution::bounds.size(); ++i) {
    so_far += x.counts[i];
    if (static_cast<double>(so_far) >= part * static_cast<double>(count))
      return distribution::bounds[i];
  }
  return nullptr;
}

ordered_json durations_of(const distribution& x) {
  std::uint64_t count = 0;
  for (auto n : x.counts)
    count += n;
  if (count == 0)
    return {{"count", 0}};
  return {{"count", count},
          {"half", bound_of(x, count, 0.5)},
          {"most", bound_of(x, count, 0.99)},
          {"mean", x.sum / static_cast<double>(count)}};
}

ordered_json events_of(const event_journal& journal) {
  auto result = ordered_json::array();
  for (auto& x : journal.entries())
    result.push_back({{"number", x.number},
                      {"at", ms_of(x.at)},
                      {"shard", x.shard ? ordered_json(*x.shard) : nullptr},
                      {"event", x.event},
                      {"text", x.text},
                      {"is", to_string(x.is)}});
  return result;
}

ordered_json startup_of(const chunking_progress& sum,
                        const optional<chunking_progress>& told) {
  ordered_json x{{"guilds", sum.guilds},
                 {"complete", sum.guilds_complete},
                 {"in_flight", sum.guilds_in_flight},
                 {"queued", sum.guilds_queued},
                 {"failed", sum.guilds_failed},
                 {"members", sum.members},
                 {"members_expected", sum.members_expected}};
  auto open = sum.guilds_complete + sum.guilds_failed < sum.guilds;
  x["left"] = open && told && told->time_left ? ms_of(*told->time_left)
                                              : ordered_json(nullptr);
  x["send_wait"] = open && told ? ms_of(told->send_wait) : ordered_json(0);
  return x;
}

} // namespace

std::string overview_json(const fleet_standing& x, const event_journal& journal,
                          const optional<chunking_progress>& startup,
                          caf::timestamp now) {
  statistics figures;
  chunking_progress sum;
  distribution heartbeat;
  distribution first_response;
  distribution completion;
  for (auto& one : x.shards) {
    figures += one.figures;
    add_counts(sum, one.startup);
    heartbeat += one.heartbeat;
    first_response += one.first_response;
    completion += one.completion;
  }
  ordered_json outcomes;
  for (std::size_t i = 0; i < outcome_count; ++i)
    outcomes[to_string(static_cast<outcome>(i))] = figures.outcomes[i];
  auto nodes = ordered_json::array();
  for (auto& one : x.nodes)
    nodes.push_back({{"node", one.node},
                     {"address", one.address},
                     {"shards", one.shards},
                     {"here", one.here}});
  ordered_json result{{"version", version()},
                      {"now", ms_of(now)},
                      {"began", ms_of(journal.began())},
                      {"ready", is_ready(x)},
                      {"begun", x.begun},
                      {"over", x.over},
                      {"wanted", x.wanted},
                      {"connected", figures.connected},
                      {"shards", shards_of(x, journal)},
                      {"startup", startup_of(sum, startup)},
                      {"requests",
                       {{"queued", figures.queued_requests},
                        {"in_flight", figures.in_flight},
                        {"refused", figures.refused_requests},
                        {"outcomes", std::move(outcomes)}}},
                      {"members", figures.members},
                      {"latency",
                       {{"heartbeat", durations_of(heartbeat)},
                        {"first_response", durations_of(first_response)},
                        {"completion", durations_of(completion)}}},
                      {"events", events_of(journal)},
                      {"nodes", std::move(nodes)}};
  return result.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace muster
