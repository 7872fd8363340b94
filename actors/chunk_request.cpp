#include "actors/chunk_request.hpp"

#include <algorithm>
#include <utility>

#include "actors/log.hpp"
#include "messages/errc.hpp"

namespace muster {

chunk_request::chunk_request(caf::actor_config& cfg, chunk_request_config args)
    : chunk_request_actor::base(cfg), cfg_(std::move(args)),
      ledger_(cfg_.answer_limit),
      clock_(cfg_.patience, !cfg_.foreign, cfg_.past) {
  guard(this, cfg_.strays);
  for (auto& attempt : cfg_.past_attempts)
    ledger_.begin_attempt(attempt);
}

chunk_request::behavior_type chunk_request::make_behavior() {
  return {
      [this](const join_request& x) {
        auto answer = make_response_promise<chunk_request_finished>();
        caller to{answer, x.answer_limit};
        clock_.be_patient(x.patience);
        if (std::exchange(cfg_.foreign, false)) // only its shard sends callers
          clock_.adopt();
        if (clock_.over())
          this->answer(to, final_);
        else {
          auto [i, fresh] = callers_.try_emplace(x.caller_nonce, to);
          if (!fresh) { // it asks again, on another way
            i->second.answer.deliver(make_error(errc::link_lost));
            i->second = std::move(to);
          }
        }
        return answer;
      },
      [this](const withdraw_request& x) {
        if (auto i = callers_.find(x.caller_nonce); i != callers_.end()) {
          answer(i->second, result(outcome::cancelled));
          callers_.erase(i);
        }
      },
      [this](const end_request& x) { finish(x.outcome); },
      [this](const attempt_news& x) { take(x); },
      [this](const chunk_received& x) { add(x); },
      [this](const quiet_report& x) { report(x); },
      [this](const release_request& x) {
        if (x.moved)
          disown();
        quit();
      },
      [this](const shard_lost&) {
        // Nobody is left to carry on; the promise is kept all the same (Q3).
        finish(outcome::session_lost);
        tell();
        quit();
      },
      [this](const timer_tick& x) {
        if (x.id == timer_ && clock_.waiting())
          send(cfg_.owner, quiet_check{cfg_.nonce});
      },
  };
}

void chunk_request::on_exit() {
  // Killed from outside: nobody may be left without an answer (Q3).
  for (auto& [nonce, to] : callers_)
    answer(to, result(outcome::cancelled));
  callers_.clear();
  // A timer may keep the actor's memory for a while.
  ledger_ = chunk_ledger{};
  final_ = chunk_request_finished{};
  cfg_.owner = nullptr;
  cfg_.supervisor = nullptr;
}

void chunk_request::tell() {
  final_.chunks.clear();
  if (!cfg_.told)
    send(cfg_.supervisor, final_);
}

void chunk_request::disown() {
  if (clock_.over()) // its shard did not look any longer
    tell();
  for (auto& [nonce, to] : callers_)
    to.answer.deliver(make_error(errc::not_running,
                                 "another process has taken over its shard; "
                                 "ask again"));
  callers_.clear();
}

void chunk_request::take(const attempt_news& x) {
  switch (x.event) {
  case attempt_event::written:
    begin(x.nonce, x.at);
    break;
  case attempt_event::refused:
    clock_.refused(x.nonce);
    break;
  case attempt_event::lost:
    clock_.lost(x.nonce);
    break;
  case attempt_event::resumed:
    clock_.resumed(x.nonce, x.at);
    break;
  case attempt_event::found:
    ledger_.begin_attempt(x.nonce);
    clock_.found();
    break;
  }
}

void chunk_request::begin(const std::string& attempt, caf::timespan at) {
  if (clock_.over())
    return;
  ledger_.begin_attempt(attempt);
  arm(clock_.written(attempt, at, ledger_.heard(attempt)));
}

void chunk_request::add(const chunk_received& x) {
  if (clock_.over())
    return;
  ++taken_;
  if (!clock_.waiting() && x.nonce != clock_.attempt())
    ledger_.begin_attempt(x.nonce); // an earlier attempt's, or the first of all
  if (cfg_.foreign && clock_.attempt().empty())
    begin(x.nonce, x.at); // nobody tells when it was written
  auto verdict = ledger_.add(x);
  if (verdict == chunk_ledger::verdict::malformed)
    log().warn("shard {}: chunk {} of {} of guild {} makes no sense, dropped",
               cfg_.shard.index, x.chunk_index, x.chunk_count,
               cfg_.guild_id.value);
  if (verdict == chunk_ledger::verdict::duplicate)
    log().debug("shard {}: chunk {} of guild {} came again", cfg_.shard.index,
                x.chunk_index, cfg_.guild_id.value);
  if (verdict != chunk_ledger::verdict::counted)
    return;
  auto wait = clock_.heard(x.nonce, x.at);
  if (ledger_.complete())
    finish(outcome::complete);
  else
    arm(wait);
}

void chunk_request::report(const quiet_report& x) {
  if (!clock_.waiting())
    return;
  auto verdict = clock_.timed_out(x.now, x.last_chunk);
  switch (verdict.is) {
  case attempt_clock::verdict::wait:
    arm(verdict.after);
    break;
  case attempt_clock::verdict::ask_again:
    send(cfg_.owner, ask_again{cfg_.nonce, clock_.attempt(), clock_.spent()});
    break;
  case attempt_clock::verdict::give_up:
    finish(clock_.failure());
    break;
  }
}

void chunk_request::arm(attempt_clock::wait wait) {
  if (wait)
    delayed_send(this, *wait, timer_tick{++timer_});
}

chunk_request_finished chunk_request::result(outcome how) const {
  chunk_request_finished x;
  x.shard = cfg_.shard;
  x.start_id = cfg_.start_id;
  x.guild_id = cfg_.guild_id;
  x.nonce = cfg_.nonce;
  x.outcome = how;
  x.attempts = clock_.asked();
  ledger_.report(x);
  return x;
}

void chunk_request::answer(caller& to, const chunk_request_finished& x) {
  if (to.answer_limit == 0) {
    auto bare = x;
    bare.chunks.clear();
    to.answer.deliver(std::move(bare));
  } else if (x.members > to.answer_limit) {
    to.answer.deliver(
        make_error(errc::answer_too_large,
                   std::to_string(x.members)
                       + " members came; the answer may "
                         "hold "
                       + std::to_string(to.answer_limit)
                       + ", raise answer_limit or have them streamed"));
  } else {
    to.answer.deliver(x);
  }
}

void chunk_request::finish(outcome how) {
  if (clock_.over())
    return;
  clock_.end();
  final_ = result(how);
  request_ended report;
  report.event = final_;
  report.event.chunks.clear();
  report.duplicates = ledger_.duplicates();
  report.malformed = ledger_.malformed();
  report.chunks_taken = taken_;
  if (!cfg_.foreign) { // when another's was written is not known
    report.first_response = clock_.first_response();
    report.completion = clock_.completion();
  }
  ledger_ = chunk_ledger{};
  // The shard first: a caller that asks anew upon its answer must not join
  // what has ended (Q7).
  send(cfg_.owner, std::move(report));
  for (auto& [nonce, to] : callers_)
    answer(to, final_);
  callers_.clear();
}

} // namespace muster
