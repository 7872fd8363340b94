#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <caf/timestamp.hpp>

#include "messages/internal/claim.hpp"

namespace muster {

// SQLite's numbers have a sign; the bits of ours are kept.

inline void bind(SQLite::Statement& x, int place, std::uint64_t number) {
  x.bind(place, static_cast<std::int64_t>(number));
}

inline void bind_bytes(SQLite::Statement& x, int place,
                       const std::string& bytes) {
  // Without copying: they outlive the step.
  x.bindNoCopy(place, static_cast<const void*>(bytes.data()),
               static_cast<int>(bytes.size()));
}

inline std::uint64_t read_number(SQLite::Statement& x, int column) {
  return static_cast<std::uint64_t>(x.getColumn(column).getInt64());
}

/// The number of news; after damage it begins anew.
inline std::uint64_t read_news(SQLite::Statement& x, int column) {
  auto n = x.getColumn(column).getInt64();
  return n < 0 || n > std::int64_t{1} << 62 ? 0 : static_cast<std::uint64_t>(n);
}

/// Identifies that are left; none if that is not known, or damaged.
inline optional<std::uint32_t> read_left(SQLite::Statement& x, int column) {
  auto value = x.getColumn(column);
  auto n = value.isInteger() ? value.getInt64() : -1;
  if (n < 0 || n > 1'000'000)
    return {};
  return static_cast<std::uint32_t>(n);
}

inline std::string read_bytes(SQLite::Statement& x, int column) {
  auto value = x.getColumn(column);
  auto data = static_cast<const char*>(value.getBlob());
  return data == nullptr
             ? std::string{}
             : std::string{data, static_cast<std::size_t>(value.getBytes())};
}

inline std::int64_t to_ms(caf::timestamp x) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             x.time_since_epoch())
      .count();
}

/// From four columns: state, guilds, those that are complete, session.
inline shard_report read_report(SQLite::Statement& x, int column) {
  shard_report result;
  auto state = x.getColumn(column).getInt64();
  if (state >= 0 && state <= static_cast<int>(shard_state::closed))
    result.state = static_cast<shard_state>(state);
  result.guilds = read_number(x, column + 1);
  result.guilds_complete = read_number(x, column + 2);
  auto session = x.getColumn(column + 3);
  constexpr std::int64_t last = 9'000'000'000'000; // has nanoseconds, too
  if (!session.isNull() && session.getInt64() >= 0
      && session.getInt64() <= last)
    result.session_at =
        caf::timestamp{std::chrono::milliseconds(session.getInt64())};
  return result;
}

} // namespace muster
