#include "actors/log.hpp"

#include <algorithm>

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

spdlog::logger& log() {
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
