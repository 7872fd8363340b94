#include "actors/shard.hpp"

#include <algorithm>
#include <utility>

#include "actors/log.hpp"
#include "messages/errc.hpp"
#include "net/opcode.hpp"

namespace muster {

shard::shard(caf::actor_config& cfg, shard_config args)
    : shard_internal_actor::base(cfg), cfg_(std::move(args)),
      values_(*cfg_.values), session_(values_, cfg_.random),
      window_(values_.send_limit, values_.send_window + values_.network_margin),
      book_(values_), startup_(values_),
      subscribers_(caf::actor_cast<caf::weak_actor_ptr>(ctrl()),
                   values_.listener_bound, values_.on_overflow),
      quiet_(clock().now()), envelopes_(values_.validate_payloads) {
  guard(this, cfg_.strays);
  quiet_.pause(now()); // until READY
  set_auto_chunk({values_.auto_chunk, values_.chunk_presences});
  set_down_handler([this](const caf::down_msg& x) {
    if (subscribers_.lost(x.source)) {
      settle();
      return;
    }
    if (!x.reason)
      return; // a request that had told us of its end
    // A request that ended without a word: keep its promise for it (Q3).
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
        settle();
        return;
      }
  });
}

shard::behavior_type shard::make_behavior() {
  return {
      [this](const guild_members_request& x) { return take_request(x, {}); },
      [this](const stream_members_request& x) {
        return take_request(x.request, x.receiver);
      },
      [this](const cancel_request& x) -> caf::result<void> {
        if (auto error = cancel(x))
          return error;
        return caf::unit;
      },
      [this](const gateway_command& x) -> caf::result<void> {
        if (auto error = take_command(x))
          return error;
        settle();
        return caf::unit;
      },
      [this](const auto_chunk_request& x) {
        set_auto_chunk(x);
        check_startup();
        settle();
      },
      [this](const guild_state_request& x) {
        auto result = startup_.state_of(x.guild_id);
        if (auto list = book_.list_of(x.guild_id))
          result.status =
              list->on_wire() ? guild_status::in_flight : guild_status::queued;
        return result;
      },
      [this](const statistics_request&) { return figures(); },
      [this](const subscribe_request& x) {
        if (subscribers_.add(x))
          monitor(x.listener);
      },
      [this](const unsubscribe_request& x) {
        subscribers_.remove(x.listener.address());
        settle();
      },
      [this](const start_request&) { start(); },
      [this](const stop_request&) { return stop(); },
      [this](const connection_opened& x) { opened(x); },
      [this](const frame_received& x) { received(x); },
      [this](const payload_written& x) { written(x); },
      [this](const connection_closed& x) { closed(x); },
      [this](const credit_available&) { settle(); },
      [this](const gateway_located& x) { session_.relocate(x.url); },
      [this](const quiet_check& x) {
        quiet_checks_.push_back(x.nonce);
        answer_quiet_checks();
      },
      [this](const ask_again& x) { again(x); },
      [this](const request_ended& x) {
        ended(x);
        settle();
      },
      [this](const timer_tick& x) {
        if (x.id == generation_)
          tick();
      },
  };
}

void shard::on_exit() {
  if (connection_ != nullptr)
    connection_->close(close_code::unknown_error);
  connection_.reset();
  if (stopping_)
    stopping_->deliver(stopped{});
  stopping_.reset();
  for (auto& nonce : book_.all()) {
    caf::anon_send(book_.find(nonce)->collector, shard_lost{});
    book_.set_collector(nonce, chunk_request_actor{}); // it holds us, too
  }
  cfg_.gate = nullptr;
  cfg_.supervisor = nullptr;
}

void shard::start() {
  session_.start(cfg_.gateway_url, now());
  settle();
}

caf::result<stopped> shard::stop() {
  auto promise = make_response_promise<stopped>();
  if (stopping_) {
    promise.deliver(stopped{});
    return promise;
  }
  stopping_ = promise;
  for (auto& nonce : book_.all())
    finish_request(nonce, outcome::cancelled);
  session_.stop();
  run_actions();
  stop_if_idle();
  return promise;
}

void shard::stop_if_idle() {
  if (stopping_ && book_.size() == 0 && connection_ == nullptr)
    quit();
}

void shard::settle() {
  run_actions();
  update_reading();
  update_quiet_clock();
  answer_quiet_checks();
  pump();
  report_progress(false);
  rearm();
  stop_if_idle();
}

void shard::rearm() {
  auto due = std::min(session_.due(), progress_due_);
  if (session_.is_ready()) // a full window makes all else wait
    due = std::min(due, window_free_ != never ? window_free_ : book_.due());
  if (auto at = startup_.due())
    due = std::min(due, quiet_.when(*at));
  if (due >= armed_)
    return;
  armed_ = due;
  delayed_send(this, std::max(due - now(), timespan{0}),
               timer_tick{++generation_});
}

void shard::tick() {
  armed_ = never;
  window_free_ = never;
  session_.tick(now());
  // Nobody waits for these guilds any longer; the bot's own requests for them
  // may try.
  auto overdue = startup_.tick(quiet_now());
  if (!overdue.empty())
    log().warn("shard {}: not created in time: {}", cfg_.id.index,
               names_of(overdue));
  for (auto guild : overdue) {
    for (auto& nonce : book_.of_guild(guild))
      if (auto x = book_.find(nonce);
          x != nullptr && x->from == origin::startup)
        finish_request(nonce, outcome::session_lost);
    book_.release(guild);
  }
  check_startup();
  settle();
}

void shard::report_progress(bool at_once) {
  if (!startup_.began()) {
    progress_due_ = never; // READY sets it
    return;
  }
  if (!at_once) {
    if (startup_.finished())
      progress_due_ = never; // the last word has been said
    if (progress_due_ == never || now() < progress_due_)
      return;
  }
  progress_due_ = never;
  progress_sent_ = now();
  shard_progress x;
  x.shard = cfg_.id;
  x.figures.start_id = cfg_.start_id;
  startup_.report(x.figures);
  x.figures.members += book_.members_in_flight();
  auto on_wire = book_.guilds_in_flight();
  x.figures.guilds_in_flight = static_cast<std::uint64_t>(
      std::count_if(on_wire.begin(), on_wire.end(),
                    [this](auto id) { return startup_.counts(id); }));
  x.figures.guilds_queued = startup_.pending() - x.figures.guilds_in_flight;
  x.all_created = startup_.awaiting() == 0;
  x.least_left = window_.wait_for(x.figures.guilds_queued, now());
  if (x.figures.guilds_in_flight == 0 && x.figures.guilds_queued > 0)
    x.figures.send_wait = window_.free_at(now(), false) - now();
  send(cfg_.supervisor, std::move(x));
}

statistics shard::figures() const {
  auto x = stats_;
  x.shards = 1;
  x.connected = session_.is_ready() ? 1 : 0;
  x.guilds = startup_.guild_count();
  auto window = window_;
  x.send_budget = window.budget(now());
  x.queued_requests = book_.queued();
  x.queued_commands = commands_.size();
  x.in_flight = book_.in_flight();
  x.dropped_events = subscribers_.dropped();
  x.listener_bytes = subscribers_.bytes();
  x.heartbeat = heartbeats_.report();
  x.first_response = first_responses_.report();
  x.completion = completions_.report();
  return x;
}

} // namespace muster
