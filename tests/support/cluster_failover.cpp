// Failovers of the store of a cluster, and what is judged then (C3).

#include <algorithm>

#include "tests/support/cluster.hpp"

namespace muster::test {

using namespace std::chrono_literals;

void cluster::fail_over() {
  // What is under way is committed before, and maybe lost, or refused.
  for (auto& x : nodes_) {
    if (!x->runs())
      continue;
    if (below(2) == 0)
      x->handle->land();
    x->handle->late.clear();
    x->handle->away_for += below(4);
  }
  auto how = below(8);
  if (how == 0) {
    note("the store is started anew");
    return;
  }
  std::size_t lost = 0;
  if (how >= 5)
    lost = truth_->commits_of(std::chrono::milliseconds(below(4000)));
  else if (how >= 2)
    lost = below(12);
  note("the store fails over, without the last " + std::to_string(lost)
       + " commits");
  truth_->fail_over(lost);
  failed_over_ = now_;
  has_lost_ |= lost > 0;
  for (auto& x : nodes_)
    if (lost > 0)
      x->doubt_members();
  // Owners of then, too, may have made no progress, and those of now lose
  // what they own.
  for (std::uint32_t i = 0; i < shards; ++i)
    vain_[i] = std::max(vain_[i], truth_->vain_of(i)) + 1;
}

void cluster::judge_failover(caf::timespan identify) {
  // What was granted before is written soon.
  if (truth_->id() == 0 && identify > failed_over_ + 600ms)
    fail("an identify although nobody has waited after a failover");
}

void cluster::judge_failover() {
  has_lost_ &= truth_->id() == 0;
  auto over = failed_over_ + 14s; // by any clock, a lease of then is over
  if (truth_->id() != 0 || now_ < over || now_ < thawed_ + 10s)
    return;
  for (auto& x : nodes_)
    for (auto& link : x->connections)
      if (x->runs() && !x->frozen && !link->ended())
        fail("process " + std::to_string(x->last_node())
             + " keeps a connection although nobody has waited after a "
               "failover");
}

} // namespace muster::test
