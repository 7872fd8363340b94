#include "net/payload.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace muster {

namespace {

using json = nlohmann::json;

// Invalid UTF-8 of a caller is replaced rather than thrown about.
std::string dump(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string wrap(opcode op, json data) {
  return dump(json{{"op", static_cast<int>(op)}, {"d", std::move(data)}});
}

} // namespace

std::string encode_heartbeat(std::optional<std::uint64_t> sequence) {
  return wrap(opcode::heartbeat, sequence ? json(*sequence) : json(nullptr));
}

std::string encode_identify(const token& secret, std::uint32_t intents,
                            shard_id shard, std::uint32_t large_threshold,
                            std::string_view presence) {
  json data{{"token", secret.reveal()},
            {"properties",
             {{"os", "linux"}, {"browser", "muster"}, {"device", "muster"}}},
            {"intents", intents},
            {"shard", {shard.index, shard.count}},
            {"large_threshold", large_threshold}};
  if (!presence.empty())
    if (auto x = json::parse(presence, nullptr, false); x.is_object())
      data["presence"] = std::move(x);
  return wrap(opcode::identify, std::move(data));
}

std::string encode_resume(const token& secret, std::string_view session_id,
                          std::uint64_t sequence) {
  return wrap(opcode::resume, {{"token", secret.reveal()},
                               {"session_id", session_id},
                               {"seq", sequence}});
}

std::string encode_request(const guild_members_request& x,
                           std::string_view nonce) {
  json data{{"guild_id", to_string(x.guild_id)},
            {"presences", x.presences},
            {"nonce", nonce}};
  if (x.kind == request_kind::users) {
    auto ids = json::array();
    for (auto id : x.user_ids)
      ids.push_back(to_string(id));
    data["user_ids"] = std::move(ids);
  } else {
    data["query"] = x.query;
    data["limit"] = x.limit;
  }
  return wrap(opcode::request_guild_members, std::move(data));
}

std::size_t largest_request(const guild_members_request& x) {
  constexpr std::size_t quotes = 2;
  auto own = dump(json(x.nonce)).size() - quotes;
  return encode_request(x, {}).size() + std::max(own, max_nonce_size);
}

caf::error encode_command(const gateway_command& x, std::string& out) {
  switch (static_cast<opcode>(x.op)) {
  case opcode::heartbeat:
  case opcode::identify:
  case opcode::resume:
  case opcode::request_guild_members:
    return make_error(errc::forbidden_opcode,
                      "opcode " + std::to_string(x.op)
                          + " is muster's own; opcodes 1, 2, 6 and 8 cannot be "
                            "sent as a command");
  default:
    break;
  }
  auto data = nlohmann::json::parse(x.data, nullptr, false);
  if (!data.is_object())
    return make_error(errc::invalid_payload);
  out = wrap(static_cast<opcode>(x.op), std::move(data));
  if (out.size() > max_sent_payload)
    return make_error(errc::payload_too_large,
                      "the encoded command has " + std::to_string(out.size())
                          + " bytes; Discord allows 4,096, shorten it");
  return caf::none;
}

} // namespace muster
