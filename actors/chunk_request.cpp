#include "actors/chunk_request.hpp"

#include <algorithm>
#include <utility>

#include "actors/log.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

/// Other requests' chunks may prolong a wait up to this many times (Q6).
constexpr int patience = 10;

/// A timer this late tells that the process stood still: what arrived
/// meanwhile may not have been read yet, and gets as long again (Q6).
constexpr auto standstill = std::chrono::seconds(1);

} // namespace

chunk_request::chunk_request(caf::actor_config& cfg, chunk_request_config args)
    : chunk_request_actor::base(cfg), cfg_(std::move(args)),
      ledger_(cfg_.request.answer_limit) {
  guard(this, cfg_.strays);
}

chunk_request::behavior_type chunk_request::make_behavior() {
  return {
      [this](const join_request& x) {
        auto answer = make_response_promise<chunk_request_finished>();
        caller to{answer, x.answer_limit};
        if (finished_) {
          this->answer(to, final_);
        } else {
          callers_[x.caller_nonce] = std::move(to);
          oblige(x);
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
      [this](const attempt_written& x) { begin(x.nonce, x.at); },
      [this](const attempt_refused& x) {
        // A refusal is no attempt (Q7).
        if (x.nonce == attempt_) {
          attempts_ -= std::min(attempts_, 1u);
          stop_clock();
        }
        attempt_.clear();
      },
      [this](const attempt_lost& x) {
        if (x.nonce == attempt_) {
          stop_clock();
          next_is_free_ = true;
        }
      },
      [this](const attempt_resumed& x) {
        if (x.nonce == attempt_ && waiting_) {
          base_ = x.at;
          excused_ = !cfg_.foreign;
        }
      },
      [this](const chunk_received& x) { add(x); },
      [this](const quiet_report& x) { report(x); },
      [this](const release_request&) { quit(); },
      [this](const shard_lost&) {
        // Nobody is left to carry on; the promise is kept all the same (Q3).
        finish(outcome::session_lost);
        final_.chunks.clear();
        send(cfg_.supervisor, final_);
        quit();
      },
      [this](const timer_tick& x) {
        if (x.id == generation_ && waiting_)
          send(cfg_.owner, quiet_check{cfg_.request.nonce});
      },
  };
}

void chunk_request::oblige(const join_request& x) {
  // One opcode 8 for all, and as much patience as any of them has.
  auto& mine = cfg_.request;
  mine.max_attempts = std::max(mine.max_attempts, x.max_attempts);
  mine.timeout = std::max(mine.timeout, x.timeout);
  mine.first_response_timeout =
      std::max(mine.first_response_timeout, x.first_response_timeout);
}

void chunk_request::on_exit() {
  // Killed from outside: nobody may be left without an answer (Q3).
  if (!std::exchange(finished_, true))
    for (auto& [nonce, to] : callers_)
      answer(to, result(outcome::cancelled));
  callers_.clear();
  // A timer may keep the actor's memory for a while.
  ledger_ = chunk_ledger{};
  final_ = chunk_request_finished{};
  cfg_.owner = nullptr;
  cfg_.supervisor = nullptr;
}

caf::timespan chunk_request::limit() const {
  return heard_ ? cfg_.request.timeout : cfg_.request.first_response_timeout;
}

void chunk_request::begin(const std::string& attempt, caf::timespan at) {
  if (attempt == attempt_ || finished_)
    return; // a chunk has overtaken the news
  attempt_ = attempt;
  ++asked_;
  ledger_.begin_attempt(attempt);
  if (!std::exchange(next_is_free_, false) || attempts_ == 0)
    ++attempts_;
  excused_ = false;
  graced_ = false;
  heard_ = ledger_.heard(attempt);
  waiting_ = true;
  base_ = at;
  if (first_written_.count() < 0)
    first_written_ = at;
  arm(limit());
}

void chunk_request::add(const chunk_received& x) {
  if (finished_)
    return;
  ++taken_;
  if (!waiting_ && x.nonce != attempt_)
    ledger_.begin_attempt(x.nonce); // an earlier attempt's, or the first of all
  if (cfg_.foreign && attempt_.empty())
    begin(x.nonce, x.at); // nobody tells when it was written
  auto verdict = ledger_.add(x);
  if (verdict == chunk_ledger::verdict::malformed)
    log().warn("shard {}: chunk {} of {} of guild {} makes no sense, dropped",
               cfg_.shard.index, x.chunk_index, x.chunk_count,
               cfg_.request.guild_id.value);
  if (verdict == chunk_ledger::verdict::duplicate)
    log().debug("shard {}: chunk {} of guild {} came again", cfg_.shard.index,
                x.chunk_index, cfg_.request.guild_id.value);
  if (verdict != chunk_ledger::verdict::counted)
    return;
  if (first_heard_.count() < 0)
    first_heard_ = x.at;
  last_heard_ = x.at;
  if (ledger_.complete()) {
    finish(outcome::complete);
    return;
  }
  if (x.nonce != attempt_ || !waiting_)
    return;
  auto was_heard = std::exchange(heard_, true);
  base_ = x.at;
  graced_ = false;
  // A running timer finds out about later chunks by itself; but the gap
  // between chunks may be shorter than the wait for the first.
  if (!was_heard && cfg_.request.timeout < cfg_.request.first_response_timeout)
    arm(limit());
}

void chunk_request::report(const quiet_report& x) {
  if (!waiting_ || finished_)
    return;
  auto due = std::min(std::max(base_, x.last_chunk) + limit(),
                      base_ + patience * limit());
  if (x.now < due)
    arm(due - x.now);
  else if (x.now - due >= standstill && !std::exchange(graced_, true))
    arm(standstill);
  else
    attempt_over();
}

void chunk_request::attempt_over() {
  stop_clock();
  if (std::exchange(excused_, false)) {
    next_is_free_ = true;
    send(cfg_.owner, ask_again{cfg_.request.nonce, attempt_});
  } else if (attempts_
             < static_cast<std::uint32_t>(cfg_.request.max_attempts)) {
    send(cfg_.owner, ask_again{cfg_.request.nonce, attempt_});
  } else {
    finish(last_heard_.count() >= 0 ? outcome::incomplete
                                    : outcome::no_response);
  }
}

void chunk_request::stop_clock() {
  waiting_ = false;
  ++generation_;
}

void chunk_request::arm(caf::timespan wait) {
  delayed_send(this, wait, timer_tick{++generation_});
}

chunk_request_finished chunk_request::result(outcome how) const {
  chunk_request_finished x;
  x.shard = cfg_.shard;
  x.start_id = cfg_.start_id;
  x.guild_id = cfg_.request.guild_id;
  x.nonce = cfg_.request.nonce;
  x.outcome = how;
  x.attempts = asked_;
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
  if (std::exchange(finished_, true))
    return;
  stop_clock();
  final_ = result(how);
  request_ended report;
  report.event = final_;
  report.event.chunks.clear();
  report.duplicates = ledger_.duplicates();
  report.malformed = ledger_.malformed();
  report.chunks_taken = taken_;
  // When a foreign one was written is not known.
  if (!cfg_.foreign && first_written_.count() >= 0
      && first_heard_.count() >= 0) {
    report.first_response = first_heard_ - first_written_;
    report.completion = last_heard_ - first_written_;
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
