#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace muster::sim {

/// What a simulator has seen and done since it started. A value: a snapshot
/// does not change any more.
struct counters {
  struct identify {
    std::uint32_t shard = 0;
    /// Since the simulator started.
    std::chrono::milliseconds at{0};
  };

  /// Rules that clients broke.
  struct broken_limits {
    /// Identifies within the window of their bucket, or beyond the total.
    std::uint64_t identify = 0;
    /// Connections that sent too much in a window.
    std::uint64_t sends = 0;
    /// Payloads over 4,096 bytes.
    std::uint64_t payload_size = 0;
  };

  std::uint64_t rest_requests = 0;
  std::uint64_t connections = 0;
  std::vector<identify> identifies;
  std::uint64_t resumes = 0;
  /// Resumes of sessions that could not be resumed.
  std::uint64_t failed_resumes = 0;
  std::uint64_t heartbeats = 0;

  std::uint64_t requests = 0;
  /// whole_list, prefix, user_ids, malformed.
  std::map<std::string, std::uint64_t> requests_by_kind;
  /// The most whole-list requests that any one guild got.
  std::uint64_t most_requests_for_a_guild = 0;
  /// The shortest time between two of them; none if no guild got two.
  std::optional<std::chrono::milliseconds> shortest_request_gap;
  /// Requests that Discord would leave without an answer.
  std::uint64_t unanswered = 0;

  std::uint64_t guilds_created = 0;
  std::uint64_t chunks = 0;
  std::uint64_t members = 0;
  std::uint64_t replayed = 0;
  std::uint64_t rate_limited = 0;
  /// Times that a fault struck.
  std::map<std::string, std::uint64_t> faults;

  broken_limits limits_broken;
  /// Identified connections now, by "index/count" of the shard.
  std::map<std::string, std::uint32_t> live;
  /// Connections that a newer one of the same shard replaced.
  std::uint64_t superseded = 0;
  /// 1006 stands for a connection lost without a close frame.
  std::map<std::uint16_t, std::uint64_t> closes_by_client;
  std::map<std::uint16_t, std::uint64_t> closes_by_gateway;
  /// The most payloads that one connection sent in a window.
  std::uint32_t most_sends_in_window = 0;
  /// Opcodes other than heartbeat, identify, resume and request members.
  std::map<int, std::uint64_t> other_opcodes;
  /// WebSocket payload, after compression; and before it.
  std::uint64_t bytes_written = 0;
  std::uint64_t text_bytes = 0;
};

/// One JSON object, on one line.
std::string to_json(const counters& x);

} // namespace muster::sim
