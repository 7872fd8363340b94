#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "messages/errc.hpp"
#include "net/memory_store.hpp"

namespace muster::test {

/// A store as one process of a lineage sees it.
/// Calls may fail, their answers may be lost, and writes may land late; of a
/// process that is dead nothing lands but that.
class lineage_store final : public memory_store {
public:
  /// `draw` gives a number below its argument; after `calm` nothing fails that
  /// is not said to.
  lineage_store(std::shared_ptr<state_store> truth,
                std::function<unsigned(unsigned)> draw)
      : truth_(std::move(truth)), draw_(std::move(draw)) {}

  caf::error join(const join_store& x, joined_store& out) override {
    return call([&] { return truth_->join(x, out); });
  }
  caf::error claim(const claim_shards& x, shards_claimed& out) override {
    if (comes_late())
      return put_off([this, x] {
        shards_claimed ignored;
        truth_->claim(x, ignored);
      });
    return call([&] { return truth_->claim(x, out); });
  }
  caf::error save(const std::vector<save_cut>& all,
                  std::vector<saved>& out) override {
    if (comes_late())
      return put_off([this, all] {
        std::vector<saved> ignored;
        truth_->save(all, ignored);
      });
    return call([&] { return truth_->save(all, out); });
  }
  caf::error release(const shard_cut& x, saved& out) override {
    if (comes_late())
      return put_off([this, x] {
        saved ignored;
        truth_->release(x, ignored);
      });
    return call([&] { return truth_->release(x, out); });
  }
  caf::error leave(const leave_store& x) override {
    return call([&] { return truth_->leave(x); });
  }
  caf::error renew(const renewal& x, renewed& out) override {
    return call([&] { return truth_->renew(x, out); });
  }
  caf::error claim_identify(const muster::claim_identify& x,
                            identify_claimed& out) override {
    return call([&] { return truth_->claim_identify(x, out); });
  }

  void land() {
    for (auto& x : std::exchange(late, {}))
      x();
  }

  bool dead = false;
  bool calm = false;
  /// So many calls fail.
  unsigned away_for = 0;
  std::vector<std::function<void()>> late;

private:
  bool comes_late() {
    return !dead && away_for == 0 && !calm && draw_(100) < 3;
  }

  caf::error put_off(std::function<void()> f) {
    late.push_back(std::move(f));
    return away();
  }

  static caf::error away() {
    return make_error(errc::store_away, "the store is away");
  }

  template <class F>
  caf::error call(F f) {
    if (dead)
      return away();
    if (away_for > 0) {
      --away_for;
      return away();
    }
    auto result = f();
    auto lost = !calm && draw_(100) < 3;
    return lost && !result ? away() : result;
  }

  std::shared_ptr<state_store> truth_;
  std::function<unsigned(unsigned)> draw_;
};

} // namespace muster::test
