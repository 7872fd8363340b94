#include "app/simulator/feed.hpp"

#include <algorithm>
#include <utility>

namespace muster::sim {

void feed::add_guilds(const std::vector<std::uint32_t>& guilds,
                      time_point when) {
  guilds_.insert(guilds_.end(), guilds.begin(), guilds.end());
  guilds_at_ = when;
}

void feed::add(std::shared_ptr<const answer> x) {
  job j;
  j.of = std::move(x);
  jobs_.push_back(std::move(j));
}

std::optional<feed::product> feed::next(time_point now, std::uint32_t shard,
                                        const world& w, fault_plan& plan) {
  bool paused = now < not_before_;
  bool creates = !guilds_.empty() && now >= guilds_at_;
  if (creates && (guilds_turn_ || jobs_.empty() || paused)) {
    guilds_turn_ = false;
    guild_due due{guilds_.front()};
    guilds_.pop_front();
    const auto& g = w.at(due.index);
    return product{
        due, 1, plan.strike(occasion::guild, {shard, g.index, g.id.value, {}})};
  }
  guilds_turn_ = true;
  if (paused)
    return std::nullopt;
  for (auto turns = jobs_.size(); turns > 0; --turns) {
    auto result = advance(jobs_.front(), now, shard, w, plan);
    // A job that has nothing to give and waits for nothing is done.
    bool done = !result && !jobs_.front().ready;
    if (done) {
      jobs_.pop_front();
    } else if (!serial_) {
      jobs_.push_back(std::move(jobs_.front()));
      jobs_.pop_front();
    }
    if (result) {
      not_before_ = now + pause_;
      return result;
    }
    if (serial_ && !done)
      break;
  }
  if (creates)
    return next(now, shard, w, plan);
  return std::nullopt;
}

std::optional<feed::product> feed::advance(job& x, time_point now,
                                           std::uint32_t shard, const world& w,
                                           fault_plan& plan) {
  if (w.at(x.of->guild).state != guild::condition::present) {
    x.ready.reset(); // an outage leaves the answer unfinished
    return std::nullopt;
  }
  if (!x.ready && !refill(x, now, shard, w, plan))
    return std::nullopt;
  if (now < x.not_before)
    return std::nullopt;
  product result{std::move(x.ready->what), x.ready->copies,
                 std::move(x.ready->faults)};
  x.ready.reset();
  x.held_is_due = x.held.has_value();
  return result;
}

bool feed::refill(job& x, time_point now, std::uint32_t shard, const world& w,
                  fault_plan& plan) {
  while (x.next < x.of->chunk_count && !x.held_is_due) {
    staged s;
    s.what = {x.of, x.next++, std::nullopt};
    bool dropped = false;
    bool reordered = false;
    const auto& g = w.at(x.of->guild);
    for (const auto& f : plan.strike(
             occasion::chunk, {shard, g.index, g.id.value, s.what.index})) {
      switch (f.kind) {
      case fault_kind::drop:
        dropped = true;
        break;
      case fault_kind::duplicate:
        ++s.copies;
        break;
      case fault_kind::reorder:
        reordered = !x.held;
        break;
      case fault_kind::delay:
        x.not_before = now + f.ms;
        break;
      case fault_kind::corrupt:
        s.what.damage = f.what;
        break;
      default:
        s.faults.push_back(f);
      }
    }
    if (dropped)
      continue;
    if (!reordered) {
      x.ready = std::move(s);
      return true;
    }
    x.held = std::move(s);
  }
  if (!x.held)
    return false;
  x.ready = std::move(x.held);
  x.held.reset();
  x.held_is_due = false;
  return true;
}

std::optional<time_point> feed::wake(time_point now) const {
  std::optional<time_point> result;
  auto note = [&](time_point at) {
    if (at > now && (!result || at < *result))
      result = at;
  };
  if (!guilds_.empty())
    note(guilds_at_);
  for (const auto& x : jobs_)
    note(std::max(x.not_before, not_before_));
  return result;
}

} // namespace muster::sim
