#include "messages/status.hpp"

#include <algorithm>

namespace muster {

std::string to_string(guild_status x) {
  switch (x) {
  case guild_status::unknown:
    return "unknown";
  case guild_status::queued:
    return "queued";
  case guild_status::in_flight:
    return "in_flight";
  case guild_status::complete:
    return "complete";
  case guild_status::incomplete:
    return "incomplete";
  case guild_status::missed:
    return "missed";
  case guild_status::unavailable:
    return "unavailable";
  }
  return "unknown";
}

namespace {

void keep_larger(latency& to, const latency& x) {
  to.samples += x.samples;
  to.p50 = std::max(to.p50, x.p50);
  to.p90 = std::max(to.p90, x.p90);
  to.p99 = std::max(to.p99, x.p99);
  to.max = std::max(to.max, x.max);
}

} // namespace

statistics& statistics::operator+=(const statistics& x) {
  shards += x.shards;
  connected += x.connected;
  guilds += x.guilds;
  sends += x.sends;
  send_budget += x.send_budget;
  queued_requests += x.queued_requests;
  queued_commands += x.queued_commands;
  in_flight += x.in_flight;
  refused_requests += x.refused_requests;
  frames += x.frames;
  bytes_received += x.bytes_received;
  bytes_decompressed += x.bytes_decompressed;
  chunks += x.chunks;
  members += x.members;
  duplicates += x.duplicates;
  late_chunks += x.late_chunks;
  malformed += x.malformed;
  foreign_requests += x.foreign_requests;
  rate_limited += x.rate_limited;
  strays += x.strays;
  identifies += x.identifies;
  resumes += x.resumes;
  reconnects += x.reconnects;
  dropped_events += x.dropped_events;
  reading_pauses += x.reading_pauses;
  listener_bytes += x.listener_bytes;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    outcomes[i] += x.outcomes[i];
  keep_larger(heartbeat, x.heartbeat);
  keep_larger(first_response, x.first_response);
  keep_larger(completion, x.completion);
  return *this;
}

} // namespace muster
