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
      first_ = {done, 0, now};
    auto steps = marks_.empty() ? 0 : marks_.back().steps;
    if (!marks_.empty() && done > marks_.back().done)
      ++steps;
    marks_.push_back({done, steps, now});
    all_ = all;
    while (marks_.size() > 2 && marks_[1].at + window <= now)
      marks_.pop_front();
  }

  /// By the pace of the last while, or since the beginning where that says
  /// too little; none before there is enough to judge by.
  std::optional<timespan> left() const {
    if (marks_.empty())
      return std::nullopt;
    auto recent = left_since(marks_.front());
    return recent ? recent : left_since(first_);
  }

  /// By the pace since the beginning: where work comes in bursts, the last
  /// while may have been a pause.
  std::optional<timespan> left_on_average() const {
    return marks_.empty() ? std::nullopt : left_since(first_);
  }

private:
  struct mark {
    std::uint64_t done;
    /// How often something had moved.
    std::uint64_t steps;
    time_point at;
  };

  std::optional<timespan> left_since(const mark& since) const {
    auto& last = marks_.back();
    if (last.done >= all_)
      return timespan{0};
    auto moved = last.done - since.done;
    if (last.steps - since.steps < least_steps
        || last.at - since.at < least_time)
      return std::nullopt;
    auto pace = static_cast<double>((last.at - since.at).count())
                / static_cast<double>(moved);
    return timespan{static_cast<std::int64_t>(
        pace * static_cast<double>(all_ - last.done))};
  }

  // A first answer that was long in coming says nothing of the pace.
  static constexpr std::uint64_t least_steps = 3;
  static constexpr timespan least_time = std::chrono::seconds(2);
  static constexpr timespan window = std::chrono::seconds(20);

  std::deque<mark> marks_;
  mark first_{};
  std::uint64_t all_ = 0;
};

} // namespace muster
