#include "actors/fleet_progress.hpp"

#include <algorithm>

namespace muster {

void add_counts(chunking_progress& sum, const chunking_progress& x) {
  sum.guilds += x.guilds;
  sum.guilds_complete += x.guilds_complete;
  sum.guilds_in_flight += x.guilds_in_flight;
  sum.guilds_queued += x.guilds_queued;
  sum.guilds_failed += x.guilds_failed;
  sum.members += x.members;
  sum.members_expected += x.members_expected;
}

void fleet_progress::update(const shard_progress& x, time_point now) {
  auto i = shards_.find(x.shard.index);
  if (i == shards_.end())
    return;
  i->second.latest = x;
  i->second.told_at = now;
}

chunking_progress fleet_progress::sum(std::uint64_t start_id, time_point now) {
  chunking_progress sum;
  sum.start_id = start_id;
  // What is still to be created or to identify has told no members yet: until
  // then having all that is known of is no end, and no estimate is one.
  bool all_known = true;
  auto least_left = timespan{0};
  auto send_wait = timespan::max();
  for (auto& [index, one] : shards_) {
    if (!one.latest) {
      all_known &= one.ended;
      continue;
    }
    all_known &= one.latest->all_created || one.ended;
    auto& x = one.latest->figures;
    // What a shard told has grown shorter since.
    auto rest = [&, at = one.told_at](timespan told) {
      return std::max(told - (now - at), timespan{0});
    };
    least_left = std::max(least_left, rest(one.latest->least_left));
    if (x.guilds_in_flight + x.guilds_queued > 0 && !one.ended)
      send_wait = std::min(send_wait, rest(x.send_wait));
    add_counts(sum, x);
  }
  if (all_known && send_wait != timespan::max())
    sum.send_wait = send_wait;
  estimate_.add(sum.members, std::max(sum.members, sum.members_expected), now);
  // A number beside a flag: of an optional g++ 12 says that it may be unset.
  auto estimate =
      least_left > timespan{0} ? estimate_.left_on_average() : estimate_.left();
  auto known = estimate.has_value();
  auto left = estimate.value_or(least_left);
  if (sum.guilds_complete + sum.guilds_failed >= sum.guilds) {
    known = true;
    left = timespan{0};
  } else if (left == timespan{0}) {
    known = false; // some have told no members yet
    left = least_left;
  }
  // Where the send window is the limit, the pace of bursts says little.
  if (least_left > timespan{0}) {
    known = true;
    left = std::clamp(left, least_left, 2 * least_left);
  }
  if (all_known && known)
    sum.time_left = left;
  return sum;
}

} // namespace muster
