#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "net/memory_store.hpp"

namespace muster::test {

/// The store of a cluster. It may fail over to a standby that has not had the
/// last commits: then it is as it was before them, and another one (C3). Who
/// has joined it shows by a store_session what it has joined.
class cluster_store final : public state_store {
public:
  /// By the wall clock, and by the one of the schedule.
  cluster_store(std::function<caf::timestamp()> now,
                std::function<caf::timespan()> steady);

  bool blocks() const override { return false; }
  caf::error look(store_status& out) override;
  // -- processes --------------------------------------------------------------
  caf::error join(const join_store& x, joined_store& out) override;
  caf::error renew(const renewal& x, renewed& out) override;
  caf::error drain(std::uint64_t node, bool draining) override;
  caf::error leave(const leave_store& x) override;
  // -- shards -----------------------------------------------------------------
  caf::error claim(const claim_shards& x, shards_claimed& out) override;
  caf::error save(const std::vector<save_cut>& all,
                  std::vector<saved>& out) override;
  caf::error release(const shard_cut& x, saved& out) override;
  caf::error claim_identify(const muster::claim_identify& x,
                            identify_claimed& out) override;

  // -- which one it is --------------------------------------------------------
  /// The server and its history.
  std::uint64_t place() const { return place_; }
  /// Drawn for the place by who has waited for it; 0 at any other place.
  std::uint64_t id() const { return kept_.place == place_ ? kept_.id : 0; }
  /// What comes of a claim by who has joined another one.
  caf::error refuse_identify(muster::claim_identify x, identify_claimed& out);
  /// Somebody has waited, and joins.
  caf::error adopt(const join_store& x, joined_store& out);

  // -- failovers --------------------------------------------------------------
  std::size_t commits() const { return log_.size(); }
  /// Commits of so long until now.
  std::size_t commits_of(caf::timespan last) const;
  /// To another place, which lacks the last `lost` commits.
  void fail_over(std::size_t lost);
  /// Owners of a shard that would count as dead without progress, did all end
  /// now.
  std::uint32_t vain_of(std::uint32_t shard) const;

  // -- whose E2s were before an E3 --------------------------------------------
  std::uint64_t finished_start = 0;
  std::set<std::uint32_t> settled;

private:
  struct commit {
    caf::timestamp at;
    caf::timespan when;
    std::function<void(cluster_store&)> apply;
  };
  struct identity {
    std::uint64_t place = 1;
    std::uint64_t id = 1;
  };

  /// `since`: failovers since the identity that it had.
  caf::error adopt(const join_store& x, identity now, std::uint64_t since,
                   joined_store& out);
  void add(std::function<void(cluster_store&)> f);
  void replay(const std::vector<commit>& all);

  std::function<caf::timestamp()> now_;
  std::function<caf::timespan()> steady_;
  std::unique_ptr<memory_store> rows_;
  std::uint64_t place_ = 1;
  std::uint64_t last_id_ = 1;
  identity kept_;
  std::vector<commit> log_;
  /// Of the commit that is replayed.
  std::optional<caf::timestamp> replayed_;
};

} // namespace muster::test
