#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "messages/errc.hpp"
#include "net/clock.hpp"
#include "tests/support/cluster_store.hpp"

namespace muster::test {

/// A cluster_store as one process has joined it: if it is another one by now,
/// it does what a postgres_store does (C3).
class store_session final : public state_store {
public:
  /// `now` is the process's own clock.
  store_session(std::shared_ptr<cluster_store> truth,
                std::function<time_point()> now)
      : truth_(std::move(truth)), now_(std::move(now)) {}

  bool blocks() const override { return false; }

  caf::error join(const join_store& x, joined_store& out) override {
    if (truth_->id() != 0) {
      auto error = truth_->join(x, out);
      return error ? error : joined();
    }
    if (std::exchange(strange_, truth_->place()) != truth_->place())
      strange_since_ = now_();
    if (now_() < strange_since_ + x.node_timeout)
      return make_error(errc::store_away, "the state is on another server");
    auto error = truth_->adopt(x, out);
    return error ? error : joined();
  }

  caf::error claim(const claim_shards& x, shards_claimed& out) override {
    if (!is_strange())
      return truth_->claim(x, out);
    renewed probe;
    truth_->renew({}, probe);
    out = {probe.start ? *probe.start : joined_store{}, {}};
    return caf::none;
  }

  caf::error save(const std::vector<save_cut>& all,
                  std::vector<saved>& out) override {
    if (!is_strange())
      return truth_->save(all, out);
    out.assign(all.size(), {});
    return caf::none;
  }

  caf::error release(const shard_cut& x, saved& out) override {
    if (!is_strange())
      return truth_->release(x, out);
    out = {};
    return caf::none;
  }

  caf::error leave(const leave_store& x) override {
    return is_strange() ? caf::error{} : truth_->leave(x);
  }

  caf::error renew(const renewal& x, renewed& out) override {
    if (!is_strange())
      return truth_->renew(x, out);
    out = {};
    return caf::none;
  }

  caf::error drain(std::uint64_t node, bool draining) override {
    return truth_->drain(node, draining);
  }

  caf::error look(store_status& out) override { return truth_->look(out); }

  caf::error claim_identify(const muster::claim_identify& x,
                            identify_claimed& out) override {
    return is_strange() ? truth_->refuse_identify(x, out)
                        : truth_->claim_identify(x, out);
  }

private:
  /// Who has joined none knows no better.
  bool is_strange() const { return id_ != 0 && id_ != truth_->id(); }

  caf::error joined() {
    strange_ = 0;
    id_ = truth_->id();
    return caf::none;
  }

  std::shared_ptr<cluster_store> truth_;
  std::function<time_point()> now_;
  std::uint64_t id_ = 0;
  /// A place that is not the one that the store was made for, and since when
  /// that is known.
  std::uint64_t strange_ = 0;
  time_point strange_since_{};
};

} // namespace muster::test
