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
    if (marks_.empty())
      first_ = {done, now};
    marks_.push_back({done, now});
    all_ = all;
    while (marks_.size() > 2 && marks_[1].at + window <= now)
      marks_.pop_front();
  }

  /// By the pace of the last while; none while nothing has moved.
  std::optional<timespan> left() const {
    return marks_.empty() ? std::nullopt : left_since(marks_.front());
  }

  /// By the pace since the beginning: where work comes in bursts, the last
  /// while may have been a pause.
  std::optional<timespan> left_on_average() const {
    return marks_.empty() ? std::nullopt : left_since(first_);
  }

private:
  struct mark {
    std::uint64_t done;
    time_point at;
  };

  std::optional<timespan> left_since(const mark& since) const {
    auto& last = marks_.back();
    if (last.done >= all_)
      return timespan{0};
    auto moved = last.done - since.done;
    if (moved == 0)
      return std::nullopt;
    auto pace = static_cast<double>((last.at - since.at).count())
                / static_cast<double>(moved);
    return timespan{static_cast<std::int64_t>(
        pace * static_cast<double>(all_ - last.done))};
  }

  static constexpr timespan window = std::chrono::seconds(20);

  std::deque<mark> marks_;
  mark first_{};
  std::uint64_t all_ = 0;
};

} // namespace muster
