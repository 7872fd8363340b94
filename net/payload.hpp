#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messages/errc.hpp"
#include "messages/request.hpp"
#include "messages/shard_id.hpp"
#include "net/opcode.hpp"
#include "net/token.hpp"

namespace muster {

/// What muster writes to the gateway, as JSON text. Pure; thread-safe.
/// Source: Events > Gateway Events > Send Events.

/// Discord closes the connection with 4002 above this.
constexpr std::size_t max_sent_payload = 4096;

std::string encode_heartbeat(std::optional<std::uint64_t> sequence);

/// `presence` is the JSON object that the bot shows first, or empty.
std::string encode_identify(const token& secret, std::uint32_t intents,
                            shard_id shard, std::uint32_t large_threshold,
                            std::string_view presence = {});

std::string encode_resume(const token& secret, std::string_view session_id,
                          std::uint64_t sequence);

/// Opcode 8 under the nonce of an attempt.
std::string encode_request(const guild_members_request& x,
                           std::string_view nonce);

/// Bytes of the largest opcode 8 that may be sent for `x`: later attempts go
/// out under nonces of ours, which may be longer than its own.
std::size_t largest_request(const guild_members_request& x);

/// Another command of the bot; an error when the opcode is muster's own, the
/// data is no JSON object, or the result is too large (Q11).
caf::error encode_command(const gateway_command& x, std::string& out);

} // namespace muster
