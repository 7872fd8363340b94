#include "app/simulator/limits.hpp"

#include <algorithm>

namespace muster::sim {

std::uint32_t send_meter::count(time_point now) {
  while (!sends_.empty() && now - sends_.front() >= window_)
    sends_.pop_front();
  sends_.push_back(now);
  return static_cast<std::uint32_t>(sends_.size());
}

identify_limit::identify_limit(const options& opts)
    : max_concurrency_(std::max(1u, opts.max_concurrency)),
      window_(opts.identify_window), remaining_(opts.session_start_total) {}

bool identify_limit::admit(std::uint32_t shard, time_point now) {
  if (remaining_ == 0)
    return false;
  auto [i, fresh] = last_.try_emplace(shard % max_concurrency_, now);
  if (!fresh && now - i->second < window_)
    return false;
  i->second = now;
  --remaining_;
  return true;
}

clock::duration chunk_cooldown::admit(snowflake guild, time_point now) {
  auto [i, fresh] = last_.try_emplace(guild, now);
  if (!fresh && now - i->second < window_)
    return i->second + window_ - now;
  i->second = now;
  return clock::duration::zero();
}

} // namespace muster::sim
