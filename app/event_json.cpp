#include "app/event_json.hpp"

#include <cstdio>
#include <ctime>

#include <nlohmann/json.hpp>

namespace muster::app {

namespace {

using json = nlohmann::ordered_json;

json ids(const std::vector<snowflake>& all) {
  auto result = json::array();
  for (auto id : all)
    result.push_back(to_string(id));
  return result;
}

json time(caf::timestamp x) {
  return to_rfc3339(x);
}

json time(const optional<caf::timestamp>& x) {
  return x ? json(to_rfc3339(*x)) : json(nullptr);
}

/// To the millisecond.
json seconds(caf::timespan x) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(x).count();
  return static_cast<double>(ms) / 1000;
}

std::string dump(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace

std::string to_rfc3339(caf::timestamp x) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                x.time_since_epoch())
                .count();
  auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  auto n = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text + n, sizeof(text) - n, ".%03dZ",
                static_cast<int>(ms % 1000));
  return text;
}

std::string to_json(const chunk_request_finished& x) {
  return dump({{"event", "chunk_request_finished"},
               {"shard", x.shard.index},
               {"guild_id", to_string(x.guild_id)},
               {"nonce", x.nonce},
               {"outcome", to_string(x.outcome)},
               {"chunk_count", x.chunk_count},
               {"missed_chunks", x.missed_chunks},
               {"not_found_ids", ids(x.not_found_ids)},
               {"members", x.members},
               {"attempts", x.attempts},
               {"first_received_at", time(x.first_received_at)},
               {"last_received_at", time(x.last_received_at)}});
}

std::string to_json(const shard_finished_chunking& x) {
  return dump({{"event", "shard_finished_chunking"},
               {"shard", x.shard.index},
               {"incomplete_guild_ids", ids(x.incomplete_guild_ids)},
               {"missed_guild_ids", ids(x.missed_guild_ids)},
               {"unavailable_guild_ids", ids(x.unavailable_guild_ids)},
               {"at", time(x.at)}});
}

std::string to_json(const finished_chunking& x) {
  return dump({{"event", "finished_chunking"},
               {"shards", x.shards},
               {"guilds", x.guilds},
               {"members", x.members}});
}

std::string to_json(const chunking_progress& x) {
  return dump(
      {{"event", "chunking_progress"},
       {"guilds", x.guilds},
       {"guilds_complete", x.guilds_complete},
       {"guilds_in_flight", x.guilds_in_flight},
       {"guilds_queued", x.guilds_queued},
       {"guilds_failed", x.guilds_failed},
       {"members", x.members},
       {"members_expected", x.members_expected},
       {"seconds_left", x.time_left ? seconds(*x.time_left) : json(nullptr)},
       {"send_wait_seconds", seconds(x.send_wait)}});
}

std::string to_json(const shard_ready& x) {
  return dump({{"event", "shard_ready"},
               {"shard", x.shard.index},
               {"guilds", x.guilds},
               {"at", time(x.at)}});
}

std::string to_json(const shard_resumed& x) {
  return dump({{"event", "shard_resumed"},
               {"shard", x.shard.index},
               {"at", time(x.at)}});
}

std::string to_json(const shard_disconnected& x) {
  return dump({{"event", "shard_disconnected"},
               {"shard", x.shard.index},
               {"code", x.code ? json(*x.code) : json(nullptr)},
               {"next", to_string(x.next)},
               {"reason", x.reason},
               {"at", time(x.at)}});
}

std::string to_json(const shard_moved& x) {
  return dump({{"event", "shard_moved"},
               {"shard", x.shard.index},
               {"from", x.from},
               {"to", x.to},
               {"epoch", x.epoch}});
}

std::string to_json(const node_joined& x) {
  return dump(
      {{"event", "node_joined"}, {"node", x.node}, {"address", x.address}});
}

std::string to_json(const node_left& x) {
  return dump({{"event", "node_left"}, {"node", x.node}, {"reason", x.reason}});
}

std::string to_json(const events_missed& x) {
  return dump({{"event", "events_missed"},
               {"shard", x.shard.index},
               {"count", x.count ? json(*x.count) : json(nullptr)}});
}

} // namespace muster::app
