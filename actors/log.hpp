#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "messages/snowflake.hpp"

namespace spdlog {
class logger;
} // namespace spdlog

namespace muster {

/// As spdlog's, of which those who log need not see more.
enum class log_level : std::uint8_t { debug, info, warn, error };

/// The log of the library. Each line is put together in one place, not in each
/// unit that logs. Thread-safe.
class logbook {
public:
  template <class... Ts>
  void debug(fmt::format_string<Ts...> text, Ts&&... xs) const {
    write(log_level::debug, text, fmt::make_format_args(xs...));
  }

  template <class... Ts>
  void info(fmt::format_string<Ts...> text, Ts&&... xs) const {
    write(log_level::info, text, fmt::make_format_args(xs...));
  }

  template <class... Ts>
  void warn(fmt::format_string<Ts...> text, Ts&&... xs) const {
    write(log_level::warn, text, fmt::make_format_args(xs...));
  }

  template <class... Ts>
  void error(fmt::format_string<Ts...> text, Ts&&... xs) const {
    write(log_level::error, text, fmt::make_format_args(xs...));
  }

  template <class... Ts>
  void log(log_level level, fmt::format_string<Ts...> text, Ts&&... xs) const {
    write(level, text, fmt::make_format_args(xs...));
  }

  /// Where it goes: the spdlog logger named "muster" if the bot has registered
  /// one before the first call, else one that writes warnings to stderr.
  spdlog::logger& target() const;

private:
  void write(log_level level, fmt::string_view text, fmt::format_args xs) const;
};

/// Tokens and members never get here. Lists of which something could not be
/// read are told to it, see messages/unreadable.hpp.
constexpr logbook log() {
  return {};
}

/// "guild 12, guild 13 and 5 more", for a log line.
std::string names_of(std::vector<snowflake> guilds);

} // namespace muster
