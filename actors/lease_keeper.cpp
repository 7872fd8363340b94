#include "actors/lease_keeper.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "actors/log.hpp"
#include "messages/errc.hpp"

namespace muster {

lease_keeper::lease_keeper(caf::actor_config& cfg,
                           std::shared_ptr<state_store> store,
                           supervisor_actor supervisor,
                           std::shared_ptr<lease_term> term, timespan timeout,
                           stray_counter strays)
    : lease_keeper_actor::base(cfg), store_(std::move(store)),
      supervisor_(std::move(supervisor)), term_(std::move(term)),
      timeout_(timeout), clock_(timeout) {
  guard(this, std::move(strays));
}

lease_keeper::behavior_type lease_keeper::make_behavior() {
  return {
      [this](const hold_lease& x) { return hold(x); },
      [this](const look_now&) {
        if (failing_)
          return; // it is tried again soon
        clock_.hurry(term_->now());
        set_timer();
      },
      [this](const timer_tick& x) {
        if (!wakeup_.rings(x) || !held_)
          return;
        check_term();
        if (!asking_ && term_->now() >= clock_.due())
          ask_for_life();
        set_timer();
      },
  };
}

void lease_keeper::on_exit() {
  if (holding_)
    holding_->deliver(make_error(errc::not_running));
  holding_.reset();
  supervisor_ = nullptr;
  store_ = nullptr;
}

caf::result<lease_held> lease_keeper::hold(const hold_lease& x) {
  auto promise = make_response_promise<lease_held>();
  if (holding_)
    holding_->deliver(make_error(errc::not_running));
  node_ = x.node;
  holding_ = promise;
  held_ = true;
  clock_ = lease_clock{timeout_};
  news_ = 0;
  twins_.clear();
  first_ = true;
  renew();
  return promise;
}

void lease_keeper::ask_for_life() {
  asking_ = true;
  request(supervisor_, clock_.interval(), alive_check{})
      .then(
          [this] {
            asking_ = false;
            if (held_)
              renew();
          },
          [this](const caf::error&) {
            asking_ = false;
            if (held_)
              failed(make_error(errc::timed_out,
                                "an actor or the network thread of this "
                                "process does not answer"),
                     term_->now());
            set_timer();
          });
}

caf::error lease_keeper::call(const state_store::renewal& x,
                              state_store::renewed& out) {
  try {
    return store_->renew(x, out);
  } catch (...) { // of a driver, or for want of memory
    report_exception("the store", std::current_exception());
    return make_error(errc::store_away);
  }
}

void lease_keeper::renew() {
  auto sent = term_->now();
  auto dead = clock_.dead(sent);
  state_store::renewed news;
  if (auto error = call({node_, dead, news_}, news)) {
    if (code_of(error) != errc::store_away) {
      give_up(error);
      return;
    }
    failed(error, sent);
    set_timer();
    return;
  }
  failing_ = false;
  if (!news.known) {
    held_ = false;
    lapsed_ = true; // the supervisor is told more than that
    term_->end();
    if (auto answer = std::exchange(holding_, std::nullopt))
      answer->deliver(make_error(errc::not_running));
    send(supervisor_, lease_lost{});
    return;
  }
  news_ = news.news;
  clock_.renewed(news.others, sent, term_->now());
  if (auto twin = find_twin(news.nodes)) {
    give_up(make_error(errc::store_refused,
                       "process " + node_name(twin)
                           + " lives and has the address of this one; give "
                             "each of them a --node or --advertise of its "
                             "own"));
    return;
  }
  term_->renew(sent, timeout_);
  for (auto node : news.buried)
    if (dead.count(node) != 0)
      log().warn("process {} has not renewed its lease for {:.1f} s: it counts "
                 "as dead",
                 node_name(node),
                 std::chrono::duration<double>(timeout_).count());
    else
      log().warn("process {} has ended", node_name(node));
  send(supervisor_, lease_renewed{std::move(news.own), !news.buried.empty(),
                                  std::move(news.start), std::move(news.nodes),
                                  news.identifies_left});
  lapsed_ = false;
  if (auto answer = std::exchange(holding_, std::nullopt))
    answer->deliver(lease_held{});
  set_timer();
}

std::uint64_t lease_keeper::find_twin(const std::vector<node_info>& all) {
  auto own = std::find_if(all.begin(), all.end(),
                          [this](auto& x) { return x.node == node_; });
  if (own == all.end() || own->address.empty())
    return 0;
  if (std::exchange(first_, false))
    for (auto& x : all)
      if (x.node != node_ && x.address == own->address)
        twins_.insert(x.node);
  // Who has been away in between has come after this one.
  std::erase_if(twins_, [&](auto node) {
    return std::none_of(all.begin(), all.end(),
                        [node](auto& x) { return x.node == node; });
  });
  // One that stands still is what is left of a process that was here before.
  auto alive = std::find_if(twins_.begin(), twins_.end(),
                            [this](auto x) { return clock_.lives(x); });
  return alive == twins_.end() ? 0 : *alive;
}

void lease_keeper::give_up(const caf::error& why) {
  held_ = false; // what is left of the lease is for closing
  send(supervisor_, store_lost{sentence_of(why)});
  if (auto answer = std::exchange(holding_, std::nullopt))
    answer->deliver(why);
}

void lease_keeper::failed(const caf::error& why, time_point asked) {
  auto now = term_->now();
  clock_.failed(asked, now);
  if (std::exchange(failing_, true))
    return;
  auto closes = term_->closes_at();
  if (lapsed_ || closes == never || closes <= now)
    log().warn("{}; without its lease this process runs no shard",
               sentence_of(why));
  else
    log().warn("{}; the shards of this process close unless that ends within "
               "{:.1f} s",
               sentence_of(why),
               std::chrono::duration<double>(closes - now).count());
}

void lease_keeper::check_term() {
  if (lapsed_ || term_->now() < term_->closes_at())
    return;
  lapsed_ = true;
  send(supervisor_, lease_lapsed{});
}

void lease_keeper::set_timer() {
  if (!held_)
    return;
  auto due = asking_ ? never : clock_.due();
  if (!lapsed_)
    due = std::min(due, term_->closes_at());
  auto now = term_->now();
  // By another clock, which may stand still while the machine sleeps.
  if (auto tick = wakeup_.set(due))
    delayed_send(this, due > now ? due - now : timespan{0}, *tick);
}

} // namespace muster
