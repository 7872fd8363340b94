#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include <caf/timestamp.hpp>

#include "net/state_store.hpp"

namespace muster {

/// A store that lives as long as its process: what muster uses without another
/// one, and what tests share between processes that they only play.
class memory_store : public state_store {
public:
  /// `now` is the clock of the store, the wall clock by default.
  explicit memory_store(
      std::function<caf::timestamp()> now = caf::make_timestamp);

  bool blocks() const override { return false; }
  caf::error join(const join_store& x, joined_store& out) override;
  caf::error claim(const claim_shards& x, shards_claimed& out) override;
  caf::error save(const std::vector<save_cut>& all,
                  std::vector<saved>& out) override;
  caf::error release(const shard_cut& x, saved& out) override;
  caf::error leave(const leave_store& x) override;
  caf::error renew(const renewal& x, renewed& out) override;
  caf::error drain(std::uint64_t node, bool draining) override;
  caf::error look(store_status& out) override;
  caf::error claim_identify(const muster::claim_identify& x,
                            identify_claimed& out) override;

  /// What each store does when it has become another one, the `n`th since the
  /// one that it knows, which may lack claims that were made: their epochs are
  /// not given again (C6).
  void raise_epochs(std::uint64_t n);

private:
  struct shard_row {
    shard_owner owner;
    /// Who had it before.
    std::uint64_t before = 0;
    std::uint64_t number = 0;
    std::string session;
    std::map<std::string, std::string> books;
    caf::timestamp saved_at{};
    shard_report report;
    /// Owners that connected since READY or RESUMED (C5).
    std::uint32_t claims = 0;
    /// The present one is among them.
    bool counts = false;
    /// In the present start: the latest startup, and its E2.
    bool settled = false;
    std::uint64_t guilds = 0;
    std::uint64_t members = 0;
    optional<shard_finished_chunking> event;
  };

  struct node_row {
    /// What it said of itself.
    join_store who;
    std::uint64_t counter = 0;
    caf::timestamp renewed_at{};
    bool draining = false;
  };

  /// With what it owns.
  std::map<std::uint64_t, node_info> list_nodes() const;

  bool lives(const shard_row& x) const {
    return nodes_.count(x.owner.node) != 0;
  }
  /// Nothing that could be gone on from is left of the present start.
  bool is_over(std::uint64_t node) const;
  void begin(const join_store& x);
  void tell(joined_store& out) const;
  static void take(std::uint32_t index, shard_row& row, const claim_shards& x);
  /// True if `x` was written.
  bool write(const shard_cut& x);
  void settle(const shard_settled& x);
  /// The end of the start, once.
  optional<finished_chunking> take_result();

  std::mutex mutex_;
  std::function<caf::timestamp()> now_;
  /// By the number of the process.
  std::map<std::uint64_t, node_row> nodes_;
  std::map<std::uint32_t, shard_row> shards_;
  // the start
  std::uint64_t start_id_ = 0;
  std::uint32_t shard_count_ = 0;
  std::set<std::uint32_t> counted_;
  optional<finished_chunking> finished_;
  std::uint64_t news_ = 0;
  /// The write that did it.
  shard_cut finished_by_;
  // identifies
  std::map<std::uint32_t, std::uint64_t> buckets_;
  std::uint64_t claims_ = 0;
  optional<std::uint32_t> identifies_left_;
};

} // namespace muster
