#include "net/identify_buckets.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace muster {

namespace {

constexpr timespan budget_period = std::chrono::hours(24);

} // namespace

void identify_buckets::set_limits(std::uint32_t max_concurrency,
                                  std::uint32_t remaining, timespan reset_after,
                                  time_point now) {
  max_concurrency = std::clamp<std::uint32_t>(max_concurrency, 1, 4096);
  remaining_ = remaining;
  budget_ = std::max(budget_, remaining);
  reset_at_ = now + (reset_after.count() > 0 ? reset_after : budget_period);
  if (max_concurrency == buckets_.size())
    return;
  // Those that were granted lately still count, wherever they belong now.
  time_point latest{};
  for (auto& x : buckets_)
    latest = std::max(latest, x.free_at);
  buckets_.resize(max_concurrency);
  for (auto& x : buckets_) {
    x.free_at = latest;
    x.busy = false;
  }
}

void identify_buckets::refill(time_point now) {
  if (now < reset_at_)
    return;
  remaining_ = budget_;
  // Days in which nobody asked have passed too.
  reset_at_ += budget_period * ((now - reset_at_) / budget_period + 1);
}

std::optional<identify_buckets::turn> identify_buckets::next(time_point now) {
  refill(now);
  if (remaining_ == 0)
    return std::nullopt;
  auto first = std::find_if(waiting_.begin(), waiting_.end(), [&](auto shard) {
    return is_free(buckets_[bucket_of(shard)], now);
  });
  if (first == waiting_.end())
    return std::nullopt;
  auto shard = *first;
  waiting_.erase(first);
  auto& to = buckets_[bucket_of(shard)];
  to.free_at = now + interval_;
  to.busy = true;
  --remaining_;
  if (reset_at_ == never)
    reset_at_ = now + budget_period;
  return turn{shard, static_cast<std::uint32_t>(bucket_of(shard)), to.seen,
              now};
}

identify_buckets::bucket* identify_buckets::answered(const turn& x,
                                                     std::uint64_t counter) {
  if (x.bucket >= buckets_.size() || bucket_of(x.shard) != x.bucket)
    return nullptr;
  auto& result = buckets_[x.bucket];
  result.busy = false;
  result.seen = counter; // lower, if the store has lost it
  return &result;
}

bool identify_buckets::claimed(const turn& x, std::uint64_t counter,
                               time_point now) {
  answered(x, counter);
  if (now <= x.at + claim_holds)
    return true;
  waiting_.insert(waiting_.begin(), x.shard);
  return false;
}

void identify_buckets::refused(const turn& x, std::uint64_t counter,
                               std::uint32_t remaining, time_point now) {
  if (auto to = answered(x, counter))
    to->free_at = now + interval_ + margin_;
  waiting_.insert(waiting_.begin(), x.shard);
  remaining_ = std::min(remaining_ + 1, remaining);
}

void identify_buckets::forget() {
  for (auto& x : buckets_)
    x.seen = unknown;
}

time_point identify_buckets::due(time_point now) const {
  auto result = never;
  for (auto shard : waiting_)
    if (auto& x = buckets_[bucket_of(shard)]; !x.busy)
      result = std::min(result, std::max(now, x.free_at));
  if (result != never && remaining_ == 0)
    return std::max(result, reset_at_);
  return result;
}

std::string identify_buckets::starved_words(time_point now,
                                            caf::timestamp wall) const {
  using namespace std::chrono;
  auto left = ceil<minutes>(std::max(reset_at_ - now, time_point::duration{0}));
  auto until = static_cast<std::time_t>(
      duration_cast<seconds>(wall.time_since_epoch() + left).count());
  std::tm utc{};
  gmtime_r(&until, &utc);
  char when[40];
  std::strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &utc);
  return "no session start is left; shards wait "
         + std::to_string(left.count() / 60) + " h "
         + std::to_string(left.count() % 60) + " min, until " + when;
}

} // namespace muster
