#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "actors/log.hpp"

namespace muster::test {

/// Bad input is logged, and in random schedules most input is bad.
struct silence {
  silence() : level(log().target().level()) {
    log().target().set_level(spdlog::level::off);
  }
  ~silence() { log().target().set_level(level); }

  silence(const silence&) = delete;
  silence& operator=(const silence&) = delete;

  spdlog::level::level_enum level;
};

/// A number from the environment.
inline std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  auto text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Which schedules the environment names: PREFIX_SEED one, to be traced, or
/// PREFIX_SCHEDULES of them from PREFIX_FIRST on.
struct schedules {
  explicit schedules(const std::string& prefix, std::uint64_t count)
      : seed(prefix + "_SEED"), only(number_from(seed.c_str(), 0)) {
    first = number_from((prefix + "_FIRST").c_str(), 1);
    last = first + number_from((prefix + "_SCHEDULES").c_str(), count) - 1;
    if (only != 0)
      first = last = only;
  }

  /// Runs `play(seed, trace)` for each, which gives what was wrong; gives what
  /// was, with the seed to try it again, and no more than can be read.
  template <class Play>
  std::vector<std::string> failures(Play play) const {
    std::vector<std::string> result;
    std::optional<silence> quiet;
    if (only == 0)
      quiet.emplace();
    else
      log().target().set_level(spdlog::level::debug);
    for (auto i = first; i <= last && result.size() < 20; ++i)
      if (auto wrong = play(i, only != 0); !wrong.empty())
        result.push_back(seed + '=' + std::to_string(i) + ": " + wrong);
    return result;
  }

  std::string seed;
  std::uint64_t only;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

} // namespace muster::test
