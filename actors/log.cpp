#include "actors/log.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "messages/unreadable.hpp"

namespace muster {

namespace {

void log_unreadable(const unreadable_entries& x) noexcept {
  if (x.guild_id == snowflake{})
    log().warn("{} that could not be read and were left out: {}", x.what,
               x.count);
  else
    log().warn("guild {}: {} that could not be read and were left out: {}",
               x.guild_id.value, x.what, x.count);
}

// Who walks over a list knows of no log. Before main, so that a bot's own
// handler comes later.
[[maybe_unused]] const bool handler_set =
    (set_unreadable_handler(log_unreadable), true);

} // namespace

spdlog::logger& logbook::target() const {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    if (auto theirs = spdlog::get("muster"))
      return theirs;
    auto ours = std::make_shared<spdlog::logger>(
        "muster", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    ours->set_level(spdlog::level::warn);
    return ours;
  }();
  return *logger;
}

void logbook::write(log_level level, fmt::string_view text,
                    fmt::format_args xs) const {
  constexpr std::array levels{spdlog::level::debug, spdlog::level::info,
                              spdlog::level::warn, spdlog::level::err};
  auto as = levels[static_cast<std::size_t>(level)];
  auto& to = target();
  if (to.should_log(as)) // else it need not be put together
    try {
      to.log(as, fmt::vformat(text, xs));
    } catch (const std::exception& x) { // who logs need not know (F1)
      to.log(as, x.what());
    }
}

std::string names_of(std::vector<snowflake> guilds) {
  constexpr std::size_t most = 10;
  std::sort(guilds.begin(), guilds.end());
  std::string result;
  for (std::size_t i = 0; i < guilds.size() && i < most; ++i)
    result += (i == 0 ? "guild " : ", guild ") + to_string(guilds[i]);
  if (guilds.size() > most)
    result += " and " + std::to_string(guilds.size() - most) + " more";
  return result;
}

} // namespace muster
