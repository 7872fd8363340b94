#pragma once

#include <cstdint>
#include <cstdlib>

#include "actors/log.hpp"

namespace muster::test {

/// Bad input is logged, and in random schedules most input is bad.
struct silence {
  silence() : level(log().level()) { log().set_level(spdlog::level::off); }
  ~silence() { log().set_level(level); }

  silence(const silence&) = delete;
  silence& operator=(const silence&) = delete;

  spdlog::level::level_enum level;
};

/// A number from the environment.
inline std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  auto text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

} // namespace muster::test
