#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "net/clock.hpp"

namespace muster {

/// How long the rest of a startup takes, by the pace of the last while (E6).
/// Pure.
class progress_estimate {
public:
  /// `done` of `all` units of work at `now`; units are members, or guilds
  /// where no member count is known.
  void add(std::uint64_t done, std::uint64_t all, time_point now) {
    if (!marks_.empty() && done < marks_.back().done)
      marks_.clear(); // a shard has begun anew
    marks_.push_back({done, now});
    all_ = all;
    while (marks_.size() > 2 && marks_[1].at + window <= now)
      marks_.pop_front();
  }

  /// None while nothing has moved.
  std::optional<timespan> left() const {
    if (marks_.empty())
      return std::nullopt;
    auto& first = marks_.front();
    auto& last = marks_.back();
    if (last.done >= all_)
      return timespan{0};
    auto moved = last.done - first.done;
    if (moved == 0)
      return std::nullopt;
    auto pace = static_cast<double>((last.at - first.at).count())
                / static_cast<double>(moved);
    return timespan{static_cast<std::int64_t>(
        pace * static_cast<double>(all_ - last.done))};
  }

private:
  struct mark {
    std::uint64_t done;
    time_point at;
  };

  static constexpr timespan window = std::chrono::seconds(20);

  std::deque<mark> marks_;
  std::uint64_t all_ = 0;
};

} // namespace muster
