#include "tests/support/cluster_store.hpp"

#include <algorithm>

namespace muster::test {

cluster_store::cluster_store(std::function<caf::timestamp()> now,
                             std::function<caf::timespan()> steady)
    : now_(std::move(now)), steady_(std::move(steady)) {
  replay({});
}

// -- what is committed --------------------------------------------------------

void cluster_store::add(std::function<void(cluster_store&)> f) {
  if (!replayed_)
    log_.push_back({now_(), steady_(), std::move(f)});
}

caf::error cluster_store::join(const join_store& x, joined_store& out) {
  add([x](auto& to) {
    joined_store ignored;
    to.join(x, ignored);
  });
  return rows_->join(x, out);
}

caf::error cluster_store::adopt(const join_store& x, joined_store& out) {
  auto since = place_ - kept_.place;
  return adopt(x, {place_, ++last_id_}, since, out);
}

caf::error cluster_store::adopt(const join_store& x, identity now,
                                std::uint64_t since, joined_store& out) {
  kept_ = now;
  add([x, now, since](auto& to) {
    joined_store ignored;
    to.adopt(x, now, since, ignored);
  });
  // What REST says counts from here on.
  identify_claimed ignored;
  rows_->claim_identify({UINT32_MAX, UINT64_MAX, UINT32_MAX, UINT64_MAX},
                        ignored);
  rows_->raise_epochs(since);
  return rows_->join(x, out);
}

caf::error cluster_store::claim(const claim_shards& x, shards_claimed& out) {
  add([x](auto& to) {
    shards_claimed ignored;
    to.claim(x, ignored);
  });
  return rows_->claim(x, out);
}

caf::error cluster_store::save(const std::vector<save_cut>& all,
                               std::vector<saved>& out) {
  add([all](auto& to) {
    std::vector<saved> ignored;
    to.save(all, ignored);
  });
  auto error = rows_->save(all, out);
  renewed probe;
  rows_->renew({}, probe);
  auto start = probe.start ? *probe.start : joined_store{};
  if (start.finished && start.start_id != finished_start) {
    finished_start = start.start_id;
    settled.clear();
    for (auto& x : start.finished_shards)
      settled.insert(x.shard.index);
  }
  return error;
}

caf::error cluster_store::release(const shard_cut& x, saved& out) {
  add([x](auto& to) {
    saved ignored;
    to.release(x, ignored);
  });
  return rows_->release(x, out);
}

caf::error cluster_store::leave(const leave_store& x) {
  add([x](auto& to) { to.leave(x); });
  return rows_->leave(x);
}

caf::error cluster_store::renew(const renewal& x, renewed& out) {
  if (x.node != 0 || !x.dead.empty())
    add([x](auto& to) {
      renewed ignored;
      to.renew(x, ignored);
    });
  return rows_->renew(x, out);
}

caf::error cluster_store::drain(std::uint64_t node, bool draining) {
  add([node, draining](auto& to) { to.drain(node, draining); });
  return rows_->drain(node, draining);
}

caf::error cluster_store::look(store_status& out) {
  return rows_->look(out);
}

caf::error cluster_store::claim_identify(const muster::claim_identify& x,
                                         identify_claimed& out) {
  add([x](auto& to) {
    identify_claimed ignored;
    to.claim_identify(x, ignored);
  });
  return rows_->claim_identify(x, out);
}

caf::error cluster_store::refuse_identify(muster::claim_identify x,
                                          identify_claimed& out) {
  x.seen = UINT64_MAX; // what is left is forgotten with the next identity
  return rows_->claim_identify(x, out);
}

// -- failovers ----------------------------------------------------------------

void cluster_store::replay(const std::vector<commit>& all) {
  rows_ = std::make_unique<memory_store>(
      [this] { return replayed_ ? *replayed_ : now_(); });
  kept_ = {};
  finished_start = 0;
  settled.clear();
  for (auto& x : all) {
    replayed_ = x.at;
    x.apply(*this);
  }
  replayed_.reset();
}

std::size_t cluster_store::commits_of(caf::timespan last) const {
  auto from = steady_() - last;
  return static_cast<std::size_t>(std::count_if(
      log_.begin(), log_.end(), [&](auto& x) { return x.when >= from; }));
}

void cluster_store::fail_over(std::size_t lost) {
  log_.resize(log_.size() - std::min(lost, log_.size()));
  ++place_;
  replay(log_);
}

std::uint32_t cluster_store::vain_of(std::uint32_t shard) const {
  cluster_store other{now_, steady_};
  other.replay(log_);
  renewed all;
  other.renew({}, all);
  other.renew({0, all.others}, all);
  join_store me;
  me.node = UINT64_MAX;
  joined_store ignored;
  other.rows_->join(me, ignored);
  shards_claimed taken;
  other.rows_->claim({me.node, 1, {shard}}, taken);
  return taken.shards.at(0).vain;
}

} // namespace muster::test
