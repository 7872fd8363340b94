// What a supervisor runs of the shards of a bot with many processes (C11).

#include <algorithm>
#include <utility>

#include "actors/log.hpp"
#include "actors/supervisor.hpp"
#include "messages/shard_ranges.hpp"

namespace muster {

namespace {

/// Connections that open at a time.
constexpr std::uint32_t most_opening = 32;

/// Between two shards that are left to others.
constexpr auto least_pause = std::chrono::milliseconds(500);

} // namespace

node_info supervisor::introduce() const {
  node_info x;
  x.node = cfg_.node;
  x.address = values_.cluster.address();
  x.weight = values_.cluster.weight;
  x.max_shards = values_.cluster.max_shards;
  if (!values_.shards.empty())
    x.only = shard_ranges{values_.shards}.text();
  return x;
}

std::uint32_t supervisor::choose(std::vector<std::uint32_t>& shards) const {
  if (!astray_.empty()) {
    shards = astray_;
    return UINT32_MAX;
  }
  auto opening = shards_.opening();
  if (placement_.free() == 0 || opening >= most_opening)
    return 0;
  auto most = placement_.takes(shards);
  return shards.empty() ? 0 : std::min(most, most_opening - opening);
}

void supervisor::place() {
  if (!joined_ || stopping_ || failed_ || lapsed_)
    return;
  claim();
  balance();
  auto now = clock().now();
  if (placement_.free() == 0 || unplaced_told_ == time_point{})
    unplaced_told_ = now;
  if (now < unplaced_told_ + std::chrono::minutes(1))
    return;
  unplaced_told_ = now;
  log().warn("{} shards run nowhere, for no process may take them; see muster "
             "status",
             placement_.free());
}

void supervisor::balance() {
  std::vector<std::uint32_t> owned;
  for (auto& claim : shards_.claims())
    owned.push_back(claim.shard);
  auto leaves = placement_.leaves(owned);
  auto now = clock().now();
  if (leaves.empty()) {
    uneven_since_ = never;
    return;
  }
  if (uneven_since_ == never)
    uneven_since_ = now;
  // A move spends an identify if its session cannot be resumed.
  auto total = std::uint64_t{directory_.info().session_total};
  auto few = identifies_left_
             && *identifies_left_ * 100ull < total * values_.identify_reserve;
  if (handing_over_ || (few && !placement_.draining()))
    return;
  auto due = handed_over_at_ + least_pause;
  if (!placement_.draining())
    due = std::max(due, uneven_since_ + values_.cluster.rebalance_after);
  if (now >= due)
    hand_over(leaves.front());
  else if (!std::exchange(balance_due_, true))
    delayed_send(this, due - now, timer_tick{balance_timer});
}

void supervisor::hand_over(std::uint32_t index) {
  auto shard = shards_.handle_of(index);
  if (!shard)
    return;
  log().info("shard {}: is left to another process", index);
  handing_over_ = true;
  handed_over_at_ = clock().now();
  shards_.leaves(index);
  routes_changed();
  stop_request how;
  how.moves = true;
  request(shard, caf::infinite, how) // it answers when it ends, however
      .then([this](const shard_cut& cut) { handed_over(cut); },
            [this, index](const caf::error&) {
              handing_over_ = false;
              shards_.stays(index);
              astray_.push_back(index);
              claim();
            });
}

void supervisor::handed_over(const shard_cut& cut) {
  if (cut.owner.epoch == 0) { // it was overtaken on the way
    handing_over_ = false;
    return;
  }
  request(keeper_, caf::infinite, release_shard{cut})
      .then(
          [this, owner = cut.owner](const cut_saved&) {
            handing_over_ = false;
            shards_.left(owner);
            hub_.left(owner.shard);
            nudge();
            await_progress();
            placement_.set_owned(
                static_cast<std::uint32_t>(shards_.claims().size()));
            balance();
          },
          [this](const caf::error&) { handing_over_ = false; });
}

} // namespace muster
