#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <caf/timestamp.hpp>
#include <nlohmann/json.hpp>

#include "messages/internal/claim.hpp"

namespace muster {

// What a postgres_store and its functions tell each other. Reading throws
// nlohmann::json::exception if something else has been said.

/// Two digits for each byte, so that any text can stand between quotes.
inline std::string to_hex(std::string_view bytes) {
  constexpr auto digits = "0123456789abcdef";
  std::string result;
  result.reserve(bytes.size() * 2);
  for (unsigned char c : bytes) {
    result += digits[c >> 4];
    result += digits[c & 15];
  }
  return result;
}

inline std::string from_hex(const nlohmann::json& x) {
  auto& text = x.get_ref<const std::string&>();
  auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string result;
  result.reserve(text.size() / 2);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    result += static_cast<char>(value(text[i]) << 4 | value(text[i + 1]));
  return result;
}

/// PostgreSQL's numbers have a sign; the bits of ours are kept.
inline std::int64_t to_signed(std::uint64_t x) {
  return static_cast<std::int64_t>(x);
}

inline std::uint64_t read_u64(const nlohmann::json& x) {
  return static_cast<std::uint64_t>(x.get<std::int64_t>());
}

/// The nearest one of 32 bits.
inline std::uint32_t read_u32(const nlohmann::json& x) {
  auto n = x.get<std::int64_t>();
  return n < 0            ? 0
         : n > UINT32_MAX ? UINT32_MAX
                          : static_cast<std::uint32_t>(n);
}

/// Identifies that are left; none if that is not known, or damaged.
inline optional<std::uint32_t> read_left(const nlohmann::json& x) {
  auto n = x.is_null() ? -1 : x.get<std::int64_t>();
  if (n < 0 || n > 1'000'000)
    return {};
  return static_cast<std::uint32_t>(n);
}

/// From state, guilds, those that are complete, session.
inline shard_report read_report(const nlohmann::json& x) {
  shard_report result;
  auto state = x.at(0).get<std::int64_t>();
  if (state >= 0 && state <= static_cast<int>(shard_state::closed))
    result.state = static_cast<shard_state>(state);
  result.guilds = read_u64(x.at(1));
  result.guilds_complete = read_u64(x.at(2));
  constexpr std::int64_t last = 9'000'000'000'000; // has nanoseconds, too
  auto session = x.at(3).is_null() ? -1 : x.at(3).get<std::int64_t>();
  if (session >= 0 && session <= last)
    result.session_at = caf::timestamp{std::chrono::milliseconds(session)};
  return result;
}

inline std::int64_t in_ms(caf::timestamp x) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             x.time_since_epoch())
      .count();
}

} // namespace muster
