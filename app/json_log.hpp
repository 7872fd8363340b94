#pragma once

#include <memory>

#include <spdlog/formatter.h>

namespace muster::app {

/// A line of the log as a JSON object with `time`, `level` and `message`.
class json_log final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& x,
              spdlog::memory_buf_t& out) override;

  std::unique_ptr<spdlog::formatter> clone() const override;
};

} // namespace muster::app
