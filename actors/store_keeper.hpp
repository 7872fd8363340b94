#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/guard.hpp"
#include "messages/internal/actors.hpp"
#include "net/state_store.hpp"

namespace muster {

/// Carries out what a supervisor, its shards and the identify gate ask of the
/// store, in the order in which they asked; while the store is away, they wait.
/// The end of a startup is told when it holds, and in the order of that (C8).
/// Spawned with a thread of its own if calls of the store block.
class store_keeper : public store_keeper_actor::base {
public:
  /// Between two tries of a call.
  static constexpr auto retry_interval = std::chrono::seconds(1);

  store_keeper(caf::actor_config& cfg, std::shared_ptr<state_store> store,
               supervisor_actor supervisor, stray_counter strays);

  const char* name() const override { return "muster.store_keeper"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  struct write {
    save_cut what;
    caf::typed_response_promise<cut_saved> answer;
  };
  /// Writes that share a transaction, no two of them of one shard.
  using batch = std::vector<write>;

  struct job {
    /// Gives errc::store_away when it is to be tried again.
    std::function<caf::error()> run;
    /// It will never be run.
    std::function<void()> refuse;
    /// More writes may join these.
    std::shared_ptr<batch> open;
  };

  /// Answers with what `call(result)` gives, when the store is there for it.
  template <class Out, class Call>
  caf::result<Out> ask(Call call);
  /// Sees to it that no write that went before the claim can land after it
  /// (C1); leaves those that hold.
  caf::error bar(shards_claimed& x);
  caf::result<cut_saved> add_write(const save_cut& x);
  /// The writes that can still be joined by one of this shard; null if none.
  batch* open_batch(std::uint32_t shard);
  caf::error save(batch& all);
  void add(job x);
  void work();

  std::shared_ptr<state_store> store_;
  supervisor_actor supervisor_;
  std::deque<job> jobs_;
  /// It does not answer; a tick will come.
  bool away_ = false;
  /// Writes wait for those that come with them; a tick will come.
  bool gathering_ = false;
};

} // namespace muster
