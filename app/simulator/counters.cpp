#include "app/simulator/counters.hpp"

#include <nlohmann/json.hpp>

namespace muster::sim {

namespace {

// Maps with numbers as keys become objects, so that they read as the others.
template <class Map>
nlohmann::ordered_json by_number(const Map& map) {
  auto result = nlohmann::ordered_json::object();
  for (const auto& [key, value] : map)
    result[std::to_string(key)] = value;
  return result;
}

} // namespace

std::string to_json(const counters& x) {
  nlohmann::ordered_json j;
  j["rest_requests"] = x.rest_requests;
  j["connections"] = x.connections;
  auto& identifies = j["identifies"] = nlohmann::ordered_json::array();
  for (const auto& i : x.identifies)
    identifies.push_back({{"shard", i.shard}, {"at_ms", i.at.count()}});
  j["resumes"] = x.resumes;
  j["failed_resumes"] = x.failed_resumes;
  j["heartbeats"] = x.heartbeats;
  j["requests"] = x.requests;
  j["requests_by_kind"] = nlohmann::ordered_json(x.requests_by_kind);
  j["most_requests_for_a_guild"] = x.most_requests_for_a_guild;
  if (x.shortest_request_gap)
    j["shortest_request_gap_ms"] = x.shortest_request_gap->count();
  j["unanswered"] = x.unanswered;
  j["guilds_created"] = x.guilds_created;
  j["chunks"] = x.chunks;
  j["members"] = x.members;
  j["replayed"] = x.replayed;
  j["rate_limited"] = x.rate_limited;
  j["faults"] = nlohmann::ordered_json(x.faults);
  j["limits_broken"] = {{"identify", x.limits_broken.identify},
                        {"sends", x.limits_broken.sends},
                        {"payload_size", x.limits_broken.payload_size}};
  j["live"] = nlohmann::ordered_json(x.live);
  j["superseded"] = x.superseded;
  j["closes_by_client"] = by_number(x.closes_by_client);
  j["closes_by_gateway"] = by_number(x.closes_by_gateway);
  j["most_sends_in_window"] = x.most_sends_in_window;
  j["other_opcodes"] = by_number(x.other_opcodes);
  j["bytes_written"] = x.bytes_written;
  j["text_bytes"] = x.text_bytes;
  return j.dump();
}

} // namespace muster::sim
