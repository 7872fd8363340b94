#include "actors/config.hpp"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "messages/errc.hpp"
#include "messages/internal/actors.hpp"

namespace muster {

void prepare(caf::actor_system_config& cfg) {
  cfg.add_message_types<caf::id_block::muster>();
  cfg.add_message_types<caf::id_block::muster_internal>();
  cfg.add_error_category(errc_category, [](std::uint8_t code, caf::atom_value,
                                           const caf::message& x) {
    auto result = to_string(static_cast<errc>(code));
    if (x.match_elements<std::string>())
      result += ": " + x.get_as<std::string>(0);
    return result;
  });
}

config::config() {
  prepare(*this);
  config_file_path.clear();
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads",
      std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 4));
  opt_group{custom_options_, "muster"}
      .add(settings.rest_url, "rest-url", "base of the REST API")
      .add(settings.ca_file, "ca-file", "PEM file with further authorities");
  if (auto text = std::getenv("DISCORD_TOKEN"))
    if (auto parsed = muster::token::parse(text))
      token = *std::move(parsed);
}

} // namespace muster
