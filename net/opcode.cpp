#include "net/opcode.hpp"

namespace muster {

const char* describe_close(std::uint16_t code) {
  using namespace close_code;
  switch (code) {
  case 0:
    return "the connection was lost";
  case normal:
    return "the gateway closed the connection";
  case going_away:
    return "the gateway is going away";
  case unknown_error:
    return "the gateway reports an unknown error";
  case unknown_opcode:
    return "the gateway did not know an opcode";
  case decode_error:
    return "the gateway could not decode a payload";
  case not_authenticated:
    return "a payload was sent before identify";
  case authentication_failed:
    return "the bot token was refused; check DISCORD_TOKEN or --token-file";
  case already_authenticated:
    return "identify was sent twice";
  case invalid_seq:
    return "the sequence to resume from was invalid";
  case rate_limited:
    return "too many payloads were sent";
  case session_timed_out:
    return "the session timed out";
  case invalid_shard:
    return "the shard index or count was refused; check the shard settings";
  case sharding_required:
    return "one shard may hold at most 2,500 guilds; raise the shard count";
  case invalid_api_version:
    return "the gateway refused API version 10";
  case invalid_intents:
    return "the intents are invalid; check the intents setting";
  case disallowed_intents:
    return "an intent is not enabled for this bot; enable it in the developer "
           "portal or leave it out";
  default:
    return "the gateway closed the connection with an unlisted code";
  }
}

} // namespace muster
