#include "actors/shard.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "actors/log.hpp"
#include "actors/mailbox_sink.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

gateway_link::sink_factory sinks_of(caf::weak_actor_ptr owner,
                                    std::shared_ptr<io_unit> unit) {
  return [owner, unit](std::uint64_t epoch) {
    return std::make_shared<mailbox_sink>(owner, epoch, unit);
  };
}

} // namespace

shard::shard(caf::actor_config& cfg, shard_config args)
    : shard_internal_actor::base(cfg), cfg_(std::move(args)),
      values_(*cfg_.values),
      link_(cfg_,
            sinks_of(caf::actor_cast<caf::weak_actor_ptr>(ctrl()), cfg_.unit),
            *this),
      book_(values_, cfg_.cut.owner.epoch), startup_(values_),
      subscribers_(caf::actor_cast<caf::weak_actor_ptr>(ctrl()),
                   values_.listener_bound, values_.on_overflow),
      quiet_(clock().now()), pace_(values_.progress_interval) {
  guard(this, cfg_.strays);
  quiet_.pause(now()); // until READY
  set_auto_chunk({cfg_.auto_chunk, cfg_.chunk_presences});
  cuts_ = cfg_.cut.number;
  set_down_handler([this](const caf::down_msg& x) {
    died(x);
    settle();
  });
}

shard::behavior_type shard::make_behavior() {
  return {
      settling(&shard::ask_calling),
      settling(&shard::ask),
      settling(&shard::ask_streaming),
      settling(&shard::cancel),
      settling(&shard::take_command),
      settling(&shard::set_auto_chunk),
      [this](const guild_state_request& x) { return state_of(x); },
      [this](const statistics_request&) { return figures(); },
      [this](const shard_standing_request& x) { return standing(x); },
      settling(&shard::subscribe),
      settling(&shard::unsubscribe),
      settling(&shard::subscribe_peer),
      settling(&shard::start),
      settling(&shard::stop),
      settling(&shard::opened),
      settling(&shard::received),
      settling(&shard::written),
      settling(&shard::closed),
      [this](const credit_available&) { settle(); },
      settling(&shard::relocate),
      [](const alive_check&) {},
      settling(&shard::take_lease),
      settling(&shard::check_quiet),
      settling(&shard::again),
      settling(&shard::ended),
      settling(&shard::tick),
  };
}

void shard::died(const caf::down_msg& x) {
  if (subscribers_.lost(x.source) || !x.reason)
    return; // a request without a reason had told us of its end
  // One that ended without a word: keep its promise for it (Q3).
  for (auto& nonce : book_.all())
    if (auto entry = book_.find(nonce);
        entry->collector.address() == x.source) {
      request_ended lost;
      lost.event = stamped<chunk_request_finished>();
      lost.event.guild_id = entry->request.guild_id;
      lost.event.nonce = nonce;
      lost.event.outcome = outcome::cancelled;
      lost.chunks_taken = entry->chunks;
      ended(lost);
      return;
    }
}

void shard::on_exit() {
  link_.abandon();
  // Requests end once; the rest would come before what is not recorded.
  for (auto& x : untold_)
    if (x.ends_request)
      x.tell();
  untold_.clear();
  if (stopping_)
    stopping_->deliver(last_cut_);
  stopping_.reset();
  for (auto& other : std::exchange(also_stopping_, {}))
    other.deliver(last_cut_);
  for (auto& nonce : book_.all()) {
    caf::anon_send(book_.find(nonce)->collector, shard_lost{});
    book_.set_collector(nonce, chunk_request_actor{}); // it holds us, too
  }
  cfg_.gate = nullptr;
  cfg_.keeper = nullptr;
  cfg_.supervisor = nullptr;
}

void shard::stop_if_idle() {
  if (left_ && book_.size() == 0 && !link_.connected())
    quit();
}

void shard::settle() {
  check_startup(); // before what comes next begins another one
  link_.run(now());
  update_reading();
  update_quiet_clock();
  answer_quiet_checks();
  give_up_callers();
  if (!stopping_)
    link_.send(book_, now());
  drain();
  save_in_time();
  report_progress(false);
  // What a stop leaves unsent is due no more.
  auto line = stopping_ ? link_.session().due() : link_.due(book_);
  auto due = std::min({line, pace_.due(), save_due_, callers_due_});
  if (stopping_ && !left_)
    due = std::min(due, drain_until_);
  if (auto at = startup_.due())
    due = std::min(due, quiet_.when(*at));
  if (auto tick = wakeup_.set(due))
    delayed_send(this, std::max(due - now(), timespan{0}), *tick);
  stop_if_idle();
}

void shard::tick(const timer_tick& x) {
  if (!wakeup_.rings(x))
    return;
  link_.session().tick(now());
  // Nobody waits for these guilds any longer; the bot's own requests for them
  // may try.
  auto overdue = startup_.tick(quiet_now());
  if (!overdue.empty())
    log().warn("shard {}: not created in time: {}", cfg_.id.index,
               names_of(overdue));
  for (auto guild : overdue) {
    for (auto& nonce : book_.of_guild(guild))
      if (book_.find(nonce)->from == origin::startup)
        finish_request(nonce, outcome::session_lost);
    book_.release(guild);
  }
}

statistics shard::counts() const {
  auto x = figures_.counts;
  x.shards = 1;
  x.guilds = startup_.guild_count();
  x.queued_requests = book_.queued();
  x.in_flight = book_.in_flight();
  x.dropped_events = subscribers_.dropped();
  x.listener_bytes = subscribers_.bytes();
  link_.report(x, now());
  return x;
}

statistics shard::figures() const {
  auto x = counts();
  x.heartbeat = link_.heartbeats().report();
  x.first_response = figures_.first_response.report();
  x.completion = figures_.completion.report();
  return x;
}

shard_standing shard::standing(const shard_standing_request& asked) {
  shard_standing x;
  x.shard = cfg_.id;
  x.figures = asked.quantiles ? figures() : counts();
  x.startup = progress().figures;
  x.heartbeat = link_.heartbeats().all();
  x.first_response = figures_.first_response.all();
  x.completion = figures_.completion.all();
  return x;
}

guild_state shard::state_of(const guild_state_request& x) const {
  auto result = startup_.state_of(x.guild_id);
  if (auto list = book_.list_of(x.guild_id))
    result.status =
        list->on_wire() ? guild_status::in_flight : guild_status::queued;
  return result;
}

void shard::subscribe(const subscribe_request& x) {
  if (subscribers_.add(x))
    monitor(x.listener);
}

void shard::subscribe_peer(const peer_listens& x) {
  if (subscribers_.add(x.wish, true))
    monitor(x.wish.listener);
}

void shard::unsubscribe(const unsubscribe_request& x) {
  subscribers_.remove(x.listener.address());
}

} // namespace muster
