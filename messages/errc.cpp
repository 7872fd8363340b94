#include "messages/errc.hpp"

#include <caf/make_message.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

namespace muster {

namespace {

struct entry {
  const char* name;
  const char* sentence;
};

entry lookup(errc code) {
  switch (code) {
  case errc::users_with_query:
    return {"users_with_query",
            "user ids cannot be combined with a query or a limit; send two "
            "requests"};
  case errc::limit_out_of_range:
    return {"limit_out_of_range", "Discord allows a limit of 0 to 100"};
  case errc::limit_without_query:
    return {"limit_without_query",
            "a limit above 0 needs a query; leave the limit out for the whole "
            "list"};
  case errc::no_user_ids:
    return {"no_user_ids", "name at least one user id"};
  case errc::too_many_user_ids:
    return {"too_many_user_ids",
            "Discord allows 100 user ids in a request; split the list"};
  case errc::nonce_too_long:
    return {"nonce_too_long", "a nonce holds at most 32 bytes; shorten it"};
  case errc::nonce_in_use:
    return {"nonce_in_use",
            "the nonce belongs to a request that has not ended or ended less "
            "than 5 minutes ago; choose another"};
  case errc::invalid_text:
    return {"invalid_text", "the query and the nonce are UTF-8 text"};
  case errc::payload_too_large:
    return {"payload_too_large",
            "the encoded payload exceeds Discord's 4,096 bytes; shorten it"};
  case errc::members_intent_missing:
    return {"members_intent_missing",
            "the whole list needs the intent guild_members; add it to the "
            "intents and enable it in the developer portal"};
  case errc::presences_intent_missing:
    return {"presences_intent_missing",
            "presences need the intent guild_presences; add it to the intents "
            "or do not ask for presences"};
  case errc::wrong_shard:
    return {"wrong_shard",
            "the guild belongs to another shard; send the request to the "
            "router"};
  case errc::unknown_guild:
    return {"unknown_guild", "the bot is not in this guild; check the id"};
  case errc::invalid_guild_id:
    return {"invalid_guild_id",
            "a guild id is a positive decimal number of up to 20 digits"};
  case errc::invalid_timeout:
    return {"invalid_timeout", "a timeout is between 1 ms and 1 h"};
  case errc::invalid_attempts:
    return {"invalid_attempts", "the number of attempts is between 1 and 100"};
  case errc::forbidden_opcode:
    return {"forbidden_opcode",
            "opcodes 1, 2, 6 and 8 are muster's own; ask for members with a "
            "guild_members_request"};
  case errc::invalid_payload:
    return {"invalid_payload", "the data of a command is one JSON object"};
  case errc::unknown_nonce:
    return {"unknown_nonce", "no request with this nonce is under way"};
  case errc::answer_too_large:
    return {"answer_too_large",
            "more members came than the answer may hold; raise answer_limit "
            "or have them streamed"};
  case errc::not_running:
    return {"not_running", "muster is not running or is shutting down"};
  case errc::invalid_settings:
    return {"invalid_settings", "a setting is out of its range"};
  case errc::malformed_json:
    return {"malformed_json", "the text is not the JSON that was expected"};
  case errc::malformed_field:
    return {"malformed_field", "a field is missing or has the wrong type"};
  case errc::corrupt_compression:
    return {"corrupt_compression", "the compressed stream is corrupt"};
  case errc::payload_limit_exceeded:
    return {"payload_limit_exceeded",
            "a payload is larger than max_payload allows"};
  case errc::resolve_failed:
    return {"resolve_failed", "the host name could not be resolved"};
  case errc::connect_failed:
    return {"connect_failed", "the host did not accept a connection"};
  case errc::tls_failed:
    return {"tls_failed", "the TLS handshake failed"};
  case errc::certificate_refused:
    return {"certificate_refused",
            "the server's certificate could not be verified; check ca_file "
            "and the host name"};
  case errc::handshake_failed:
    return {"handshake_failed", "the server refused the WebSocket handshake"};
  case errc::connection_lost:
    return {"connection_lost", "the connection was lost"};
  case errc::timed_out:
    return {"timed_out", "the peer did not answer in time"};
  case errc::rest_unauthorized:
    return {"rest_unauthorized",
            "the bot token was refused; check DISCORD_TOKEN or --token-file"};
  case errc::rest_forbidden:
    return {"rest_forbidden", "the REST API forbids this bot to connect"};
  case errc::rest_rate_limited:
    return {"rest_rate_limited", "the REST API asks to wait"};
  case errc::rest_failed:
    return {"rest_failed", "the REST API gave no usable answer"};
  case errc::gateway_refused:
    return {"gateway_refused", "the gateway refused the bot"};
  case errc::queue_full:
    return {"queue_full",
            "1,000 commands are waiting for Discord's rate limit; send fewer"};
  case errc::store_away:
    return {"store_away", "the store does not answer; muster asks again"};
  case errc::store_refused:
    return {"store_refused", "the store refuses; see why in its sentence"};
  case errc::unknown_node:
    return {"unknown_node",
            "no such process lives; see which do with muster status"};
  case errc::link_lost:
    return {"link_lost",
            "the process that was asked is out of reach; ask again"};
  case errc::answer_lost:
    return {"answer_lost", "members of the answer were lost on their way; "
                           "ask again under another nonce"};
  }
  return {"unknown", "an unknown error"};
}

} // namespace

std::string to_string(errc code) {
  return lookup(code).name;
}

caf::error make_error(errc code, std::string sentence) {
  return {static_cast<std::uint8_t>(code), errc_category,
          caf::make_message(std::move(sentence))};
}

caf::error make_error(errc code) {
  return make_error(code, lookup(code).sentence);
}

errc code_of(const caf::error& x) {
  return x && x.category() == errc_category ? static_cast<errc>(x.code())
                                            : errc{};
}

std::string sentence_of(const caf::error& x) {
  auto& context = x.context();
  if (x.category() == errc_category && context.match_elements<std::string>())
    return context.get_as<std::string>(0);
  if (x == caf::sec::request_timeout)
    return "there was no answer in time";
  return to_string(x);
}

} // namespace muster
