#pragma once

#include <cstdint>
#include <string>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

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

inline std::string read_bytes(SQLite::Statement& x, int column) {
  auto value = x.getColumn(column);
  auto data = static_cast<const char*>(value.getBlob());
  return data == nullptr
             ? std::string{}
             : std::string{data, static_cast<std::size_t>(value.getBytes())};
}

} // namespace muster
