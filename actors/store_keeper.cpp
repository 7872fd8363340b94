#include "actors/store_keeper.hpp"

#include <utility>

#include "actors/log.hpp"
#include "messages/errc.hpp"

namespace muster {

store_keeper::store_keeper(caf::actor_config& cfg,
                           std::shared_ptr<state_store> store,
                           supervisor_actor supervisor, stray_counter strays)
    : store_keeper_actor::base(cfg), store_(std::move(store)),
      supervisor_(std::move(supervisor)) {
  guard(this, std::move(strays));
}

store_keeper::behavior_type store_keeper::make_behavior() {
  return {
      [this](const join_store& x) { return ask(&state_store::join, x); },
      [this](const claim_shards& x) { return claim(x); },
      [this](const save_cut& x) { return save(x); },
      [this](const leave_store& x) {
        auto answer = make_response_promise<left_store>();
        add([this, answer, x]() mutable {
          auto error = store_->leave(x);
          if (code_of(error) == errc::store_away)
            return error;
          answer.deliver(left_store{});
          return error;
        });
        return answer;
      },
      [this](const claim_identify& x) {
        return ask(&state_store::claim_identify, x);
      },
      [this](const timer_tick&) {
        away_ = false;
        work();
      },
  };
}

void store_keeper::on_exit() {
  jobs_.clear();
  supervisor_ = nullptr;
  store_ = nullptr;
}

template <class Out, class In>
caf::result<Out> store_keeper::ask(caf::error (state_store::*call)(const In&,
                                                                   Out&),
                                   const In& x) {
  auto answer = make_response_promise<Out>();
  add([this, answer, call, x]() mutable {
    Out result;
    auto error = ((*store_).*call)(x, result);
    if (!error)
      answer.deliver(std::move(result));
    else if (code_of(error) != errc::store_away)
      answer.deliver(error);
    return error;
  });
  return answer;
}

caf::result<shards_claimed> store_keeper::claim(const claim_shards& x) {
  auto answer = make_response_promise<shards_claimed>();
  add([this, answer, x]() mutable {
    shards_claimed result;
    auto error = store_->claim(x, result);
    if (!error)
      error = bar(result);
    if (!error)
      answer.deliver(std::move(result));
    else if (code_of(error) != errc::store_away)
      answer.deliver(error);
    return error;
  });
  return answer;
}

caf::error store_keeper::bar(shards_claimed& x) {
  std::vector<save_cut> writes;
  for (auto& cut : x.cuts)
    writes.push_back({{cut.owner, ++cut.number, {}, {}}, {}});
  std::vector<state_store::saved> results;
  if (auto error = store_->save(writes, results))
    return error;
  std::vector<shard_cut> held;
  for (std::size_t i = 0; i < results.size(); ++i)
    if (results[i].holds)
      held.push_back(std::move(x.cuts[i]));
  x.cuts = std::move(held);
  return caf::none;
}

caf::result<cut_saved> store_keeper::save(const save_cut& x) {
  auto answer = make_response_promise<cut_saved>();
  add([this, answer, x]() mutable {
    std::vector<state_store::saved> results;
    auto error = store_->save({x}, results);
    if (!error) {
      auto& result = results.front();
      if (!result.holds)
        send(supervisor_, claim_lost{x.cut.owner});
      else if (x.settled)
        send(supervisor_, startup_recorded{*x.settled, result.finished});
      answer.deliver(cut_saved{result.holds});
      return error;
    }
    // What is to be told then must not be lost, whatever is wrong now.
    return make_error(errc::store_away, sentence_of(error));
  });
  return answer;
}

void store_keeper::add(job x) {
  jobs_.push_back(std::move(x));
  if (!away_)
    work();
}

void store_keeper::work() {
  while (!jobs_.empty()) {
    caf::error error;
    try {
      error = jobs_.front()();
    } catch (...) { // of a driver, or for want of memory
      report_exception("the store", std::current_exception());
      error = make_error(errc::store_away);
    }
    if (code_of(error) == errc::store_away) {
      log().warn("{}; trying again in {} s", sentence_of(error),
                 retry_interval / std::chrono::seconds(1));
      away_ = true;
      delayed_send(this, retry_interval, timer_tick{});
      return;
    }
    if (error)
      log().error("{}", sentence_of(error));
    jobs_.pop_front();
  }
}

} // namespace muster
