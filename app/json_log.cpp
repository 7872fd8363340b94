#include "app/json_log.hpp"

#include <string>

#include <nlohmann/json.hpp>
#include <spdlog/details/log_msg.h>

#include "app/event_json.hpp"

namespace muster::app {

void json_log::format(const spdlog::details::log_msg& x,
                      spdlog::memory_buf_t& out) {
  auto level = spdlog::level::to_string_view(x.level);
  nlohmann::ordered_json line{
      {"time", to_rfc3339(x.time)},
      {"level", std::string(level.data(), level.size())},
      {"message", std::string(x.payload.data(), x.payload.size())}};
  auto text = line.dump(-1, ' ', false,
                        nlohmann::ordered_json::error_handler_t::replace)
              + '\n';
  out.append(text.data(), text.data() + text.size());
}

std::unique_ptr<spdlog::formatter> json_log::clone() const {
  return std::make_unique<json_log>();
}

} // namespace muster::app
