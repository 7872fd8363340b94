#pragma once

#include <cstdint>

namespace muster {

/// Gateway opcodes. Source: Topics > Opcodes and Status Codes.
enum class opcode : std::uint8_t {
  dispatch = 0,
  heartbeat = 1,
  identify = 2,
  presence_update = 3,
  voice_state_update = 4,
  resume = 6,
  reconnect = 7,
  request_guild_members = 8,
  invalid_session = 9,
  hello = 10,
  heartbeat_ack = 11,
};

/// Close codes that muster sends or treats specially.
namespace close_code {
constexpr std::uint16_t normal = 1000;
constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t unknown_error = 4000;
constexpr std::uint16_t unknown_opcode = 4001;
constexpr std::uint16_t decode_error = 4002;
constexpr std::uint16_t not_authenticated = 4003;
constexpr std::uint16_t authentication_failed = 4004;
constexpr std::uint16_t already_authenticated = 4005;
constexpr std::uint16_t invalid_seq = 4007;
constexpr std::uint16_t rate_limited = 4008;
constexpr std::uint16_t session_timed_out = 4009;
constexpr std::uint16_t invalid_shard = 4010;
constexpr std::uint16_t sharding_required = 4011;
constexpr std::uint16_t invalid_api_version = 4012;
constexpr std::uint16_t invalid_intents = 4013;
constexpr std::uint16_t disallowed_intents = 4014;
} // namespace close_code

/// What a shard does after its connection closed.
enum class after_close : std::uint8_t { resume, identify, fatal };

/// What follows a close code; 0 stands for a connection lost without one.
constexpr after_close what_follows(std::uint16_t code) {
  using namespace close_code;
  switch (code) {
  case normal:
  case going_away: // the gateway has ended the session
  case not_authenticated:
  case invalid_seq:
  case session_timed_out:
    return after_close::identify;
  case authentication_failed:
  case invalid_shard:
  case sharding_required:
  case invalid_api_version:
  case invalid_intents:
  case disallowed_intents:
    return after_close::fatal;
  default:
    return after_close::resume;
  }
}

/// One sentence for people about a fatal close code, saying the mend.
const char* describe_close(std::uint16_t code);

} // namespace muster
