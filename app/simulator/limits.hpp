#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>

#include "app/simulator/options.hpp"
#include "messages/snowflake.hpp"

namespace muster::sim {

/// Counts the payloads of one connection in a sliding window.
class send_meter {
public:
  explicit send_meter(std::chrono::milliseconds window) : window_(window) {}

  /// Counts one payload; the number of payloads in the window that ends now.
  std::uint32_t count(time_point now);

private:
  std::chrono::milliseconds window_;
  std::deque<time_point> sends_;
};

/// Decides whether an identify comes too early for its bucket, and whether
/// any is left for the day.
class identify_limit {
public:
  explicit identify_limit(const options& opts);

  /// False if this identify breaks a limit; such a one costs nothing.
  bool admit(std::uint32_t shard, time_point now);

  std::uint32_t remaining() const { return remaining_; }

private:
  std::uint32_t max_concurrency_;
  std::chrono::milliseconds window_;
  std::uint32_t remaining_;
  std::unordered_map<std::uint32_t, time_point> last_;
};

/// The rule that a guild's whole list is given once in a while.
class chunk_cooldown {
public:
  explicit chunk_cooldown(std::chrono::milliseconds window) : window_(window) {}

  /// Zero if the list may be sent, and then the time starts again; else how
  /// long the bot has to wait.
  clock::duration admit(snowflake guild, time_point now);

private:
  std::chrono::milliseconds window_;
  std::unordered_map<snowflake, time_point> last_;
};

} // namespace muster::sim
