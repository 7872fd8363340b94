#include "actors/store_keeper.hpp"

#include <algorithm>
#include <utility>

#include "actors/log.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

// Of timer_tick: what it is about.
constexpr std::uint64_t retry_timer = 1;
constexpr std::uint64_t gather_timer = 2;

} // namespace

store_keeper::store_keeper(caf::actor_config& cfg,
                           std::shared_ptr<state_store> store,
                           supervisor_actor supervisor, stray_counter strays)
    : store_keeper_actor::base(cfg), store_(std::move(store)),
      supervisor_(std::move(supervisor)) {
  guard(this, std::move(strays));
}

store_keeper::behavior_type store_keeper::make_behavior() {
  return {
      [this](const join_store& x) {
        return ask<joined_store>(
            [this, x](auto& out) { return store_->join(x, out); });
      },
      [this](const claim_shards& x) {
        return ask<shards_claimed>([this, x](auto& out) {
          auto error = store_->claim(x, out);
          return error ? error : bar(out);
        });
      },
      [this](const save_cut& x) { return add_write(x); },
      [this](const release_shard& x) {
        return ask<cut_saved>([this, x](auto& out) {
          state_store::saved result;
          auto error = store_->release(x.cut, result);
          // If nobody knew what came of the first try, the next finds it gone.
          out.holds = result.holds;
          return error;
        });
      },
      [this](const leave_store& x) {
        return ask<left_store>([this, x](auto&) { return store_->leave(x); });
      },
      [this](const claim_identify& x) {
        return ask<identify_claimed>(
            [this, x](auto& out) { return store_->claim_identify(x, out); });
      },
      [this](const timer_tick& x) {
        if (x.id == retry_timer)
          away_ = false;
        else
          gathering_ = false;
        if (!away_)
          work();
      },
  };
}

void store_keeper::on_exit() {
  for (auto& x : jobs_)
    x.refuse();
  jobs_.clear();
  supervisor_ = nullptr;
  store_ = nullptr;
}

template <class Out, class Call>
caf::result<Out> store_keeper::ask(Call call) {
  auto answer = make_response_promise<Out>();
  auto run = [answer, call]() mutable {
    Out result;
    auto error = call(result);
    if (!error)
      answer.deliver(std::move(result));
    else if (code_of(error) != errc::store_away)
      answer.deliver(error);
    return error;
  };
  auto refuse = [answer]() mutable {
    answer.deliver(make_error(errc::not_running));
  };
  add({std::move(run), std::move(refuse), nullptr});
  return answer;
}

caf::error store_keeper::bar(shards_claimed& x) {
  std::vector<save_cut> writes;
  for (auto& one : x.shards) {
    auto& bare = writes.emplace_back().cut;
    bare.owner = one.cut.owner;
    bare.number = ++one.cut.number;
  }
  std::vector<state_store::saved> results;
  if (auto error = store_->save(writes, results))
    return error;
  std::vector<claimed_shard> held;
  for (std::size_t i = 0; i < results.size(); ++i)
    if (results[i].holds)
      held.push_back(std::move(x.shards[i]));
  x.shards = std::move(held);
  return caf::none;
}

caf::result<cut_saved> store_keeper::add_write(const save_cut& x) {
  auto answer = make_response_promise<cut_saved>();
  if (auto joined = open_batch(x.cut.owner.shard)) {
    joined->push_back({x, answer});
    return answer;
  }
  auto all = std::make_shared<batch>();
  all->push_back({x, answer});
  auto run = [this, all] { return save(*all); };
  auto refuse = [all] {
    for (auto& y : *all)
      y.answer.deliver(make_error(errc::not_running));
  };
  jobs_.push_back({std::move(run), std::move(refuse), all});
  // What is in the mailbox by now may come with it.
  if (!away_ && !std::exchange(gathering_, true))
    send(this, timer_tick{gather_timer});
  return answer;
}

store_keeper::batch* store_keeper::open_batch(std::uint32_t shard) {
  if (jobs_.empty() || !jobs_.back().open)
    return nullptr;
  auto& all = *jobs_.back().open;
  auto same = std::any_of(all.begin(), all.end(), [shard](auto& x) {
    return x.what.cut.owner.shard == shard;
  });
  return same ? nullptr : &all;
}

caf::error store_keeper::save(batch& all) {
  std::vector<save_cut> writes;
  for (auto& x : all)
    writes.push_back(x.what);
  std::vector<state_store::saved> results;
  if (auto error = store_->save(writes, results)) {
    if (code_of(error) != errc::store_away) {
      for (auto& x : all)
        x.answer.deliver(error);
      send(supervisor_, store_lost{sentence_of(error)});
    }
    return error;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto& result = results.at(i);
    auto& x = all[i].what;
    if (!result.holds)
      send(supervisor_, claim_lost{x.cut.owner});
    else if (x.settled)
      send(supervisor_, startup_recorded{*x.settled, result.start});
    all[i].answer.deliver(cut_saved{result.holds});
  }
  return caf::none;
}

void store_keeper::add(job x) {
  jobs_.push_back(std::move(x));
  if (!away_)
    work();
}

void store_keeper::work() {
  while (!jobs_.empty()) {
    caf::error error;
    // Nobody knows what came of what has been tried.
    jobs_.front().open = nullptr;
    try {
      error = jobs_.front().run();
    } catch (...) { // of a driver, or for want of memory
      report_exception("the store", std::current_exception());
      error = make_error(errc::store_away);
    }
    if (code_of(error) == errc::store_away) {
      log().warn("{}; trying again in {} s", sentence_of(error),
                 retry_interval / std::chrono::seconds(1));
      away_ = true;
      delayed_send(this, retry_interval, timer_tick{retry_timer});
      return;
    }
    if (error)
      log().error("{}", sentence_of(error));
    jobs_.pop_front();
  }
}

} // namespace muster
