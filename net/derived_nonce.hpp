#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "messages/snowflake.hpp"

namespace muster {

// Nonces that are made of what is saved, so that who goes on from a cut knows
// chunks of an opcode 8 for ours of which the cut does not tell (C6). Each has
// 26 digits of base32. Thread-safe.

constexpr std::size_t derived_nonce_size = 26;

/// Of any text.
std::string hash_digits(const std::string& text);

/// Of the request with which the startup of a session asks for a guild, for
/// the `begun`th time, from 1 on.
std::string startup_nonce(const std::string& session, snowflake guild,
                          std::uint32_t begun);

/// Of a later opcode 8 of the request `nonce`: the one with this number, from
/// 1 on, under this epoch of its shard.
std::string attempt_nonce(const std::string& nonce, std::uint64_t epoch,
                          std::uint32_t ordinal);

/// Epochs, of which the last may be before the first: none.
struct epoch_range {
  std::uint64_t first = 1;
  std::uint64_t last = 0;
};

/// True if `attempt` is the nonce of an opcode 8 of the request `nonce` under
/// one of these epochs. No more than 16 numbers and the last 8 epochs are
/// tried.
bool is_attempt_of(const std::string& attempt, const std::string& nonce,
                   epoch_range under);

} // namespace muster
