#include "actors/attempt_clock.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace muster {

namespace {

/// Other requests' chunks may prolong a wait up to this many times (Q6).
constexpr int stretch = 10;

/// A timer this late tells that the process stood still: what arrived
/// meanwhile may not have been read yet, and gets as long again (Q6).
constexpr caf::timespan standstill = std::chrono::seconds(1);

} // namespace

attempt_clock::wait attempt_clock::written(const std::string& attempt,
                                           caf::timespan at, bool heard) {
  if (attempt == attempt_ || over())
    return {}; // a chunk has overtaken the news
  attempt_ = attempt;
  ++asked_;
  if (std::exchange(next_, charge::counted) != charge::free || attempts_ == 0)
    ++attempts_;
  prolonged_ = false;
  phase_ = heard ? phase::next_chunk : phase::first_response;
  base_ = at;
  if (!first_written_)
    first_written_ = at;
  return limit();
}

void attempt_clock::refused(const std::string& attempt) {
  // A refusal is no attempt (Q7).
  if (attempt == attempt_) {
    attempts_ -= std::min(attempts_, 1u);
    if (waiting())
      phase_ = phase::idle;
  }
  attempt_.clear();
}

void attempt_clock::lost(const std::string& attempt) {
  if (attempt != attempt_)
    return;
  if (waiting())
    phase_ = phase::idle;
  next_ = charge::free;
}

void attempt_clock::resumed(const std::string& attempt, caf::timespan at) {
  if (attempt != attempt_ || !waiting())
    return;
  base_ = at;
  if (repeats_)
    next_ = charge::free_after_silence;
}

attempt_clock::wait attempt_clock::heard(const std::string& attempt,
                                         caf::timespan at) {
  if (!first_heard_)
    first_heard_ = at;
  last_heard_ = at;
  if (attempt != attempt_ || !waiting())
    return {};
  auto first = phase_ == phase::first_response;
  phase_ = phase::next_chunk;
  base_ = at;
  prolonged_ = false;
  // A running timer finds out about later chunks by itself; but the gap
  // between chunks may be shorter than the wait for the first.
  if (first && patience_.timeout < patience_.first_response_timeout)
    return limit();
  return {};
}

attempt_clock::verdict attempt_clock::timed_out(caf::timespan now,
                                                caf::timespan last_chunk) {
  auto due = std::min(std::max(base_, last_chunk) + limit(),
                      base_ + stretch * limit());
  if (now < due)
    return {verdict::wait, due - now};
  if (now - due >= standstill && !std::exchange(prolonged_, true))
    return {verdict::wait, standstill};
  phase_ = phase::idle;
  if (next_ == charge::free_after_silence) {
    next_ = charge::free;
    return {verdict::ask_again};
  }
  auto left = repeats_
              && attempts_ < static_cast<std::uint32_t>(patience_.max_attempts);
  return {left ? verdict::ask_again : verdict::give_up};
}

attempt_clock::wait
attempt_clock::since_written(const optional<caf::timespan>& at) const {
  if (!first_written_ || !at || *at < *first_written_)
    return {};
  return *at - *first_written_;
}

} // namespace muster
