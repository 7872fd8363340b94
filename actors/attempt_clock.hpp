#pragma once

#include <cstdint>
#include <string>

#include <caf/timespan.hpp>

#include "messages/event.hpp"
#include "messages/internal/patience.hpp"
#include "messages/optional.hpp"

namespace muster {

/// Decides when one request has waited long enough for the chunks of its
/// present attempt, and what follows (Q6, Q8, S5, S6). Pure; times are
/// readings of the shard's quiet_clock.
class attempt_clock {
public:
  enum class phase {
    /// Nothing of this request is on the wire.
    idle,
    /// An attempt is, and nothing of it has come.
    first_response,
    /// Some of it has come.
    next_chunk,
    /// The request has ended.
    over,
  };

  /// What the next attempt will be.
  enum class charge {
    counted,
    /// Not counted, if the present one ends in silence: a resume may have cost
    /// the answer (S6).
    free_after_silence,
    /// Not counted: the session of the last one was lost (S5).
    free,
  };

  /// What follows when a timer has run out.
  struct verdict {
    enum kind { wait, ask_again, give_up } is = wait;
    /// While waiting: look again after so long.
    caf::timespan after{0};
  };

  /// When a timer is to be set, and for how long.
  using wait = optional<caf::timespan>;

  /// What had been before, in another process (C6).
  struct past {
    /// Attempts that failed and count.
    std::uint32_t spent = 0;
    /// Opcodes 8 that were written.
    std::uint32_t asked = 0;
  };

  /// `repeats` is false for someone else's request: nobody asks again (Q4).
  explicit attempt_clock(const patience& x, bool repeats = true)
      : attempt_clock(x, repeats, past{}) {}
  attempt_clock(const patience& x, bool repeats, past before)
      : patience_(x), repeats_(repeats), attempts_(before.spent),
        asked_(before.asked) {}

  /// Another caller has joined.
  void be_patient(const patience& x) { patience_ = x; }

  /// The opcode 8 of `attempt` was written. `heard`: a chunk of it has
  /// overtaken the news.
  wait written(const std::string& attempt, caf::timespan at, bool heard);
  void refused(const std::string& attempt);
  void lost(const std::string& attempt);
  void resumed(const std::string& attempt, caf::timespan at);
  /// One that the past does not tell of was written, too.
  void found() { ++asked_; }
  /// It is no longer someone else's; who asked for it first is gone, and what
  /// came before is unknown, so that asking again after a silence is free.
  void adopt() {
    repeats_ = true;
    next_ = charge::free_after_silence;
  }

  /// A chunk of `attempt` was counted.
  wait heard(const std::string& attempt, caf::timespan at);

  /// The timer has run out; `last_chunk` is when one of any request came.
  verdict timed_out(caf::timespan now, caf::timespan last_chunk);

  /// The request has ended.
  void end() { phase_ = phase::over; }

  phase state() const { return phase_; }
  bool waiting() const {
    return phase_ == phase::first_response || phase_ == phase::next_chunk;
  }
  bool over() const { return phase_ == phase::over; }

  /// The attempt that was written last and not refused; empty if there is
  /// none.
  const std::string& attempt() const { return attempt_; }
  /// Attempts that have failed and count, when one has.
  std::uint32_t spent() const {
    return attempts_ - (next_ == charge::free ? 1 : 0);
  }
  /// Opcodes 8 that were written (Q14).
  std::uint32_t asked() const { return asked_; }

  /// How a request ends that is given up.
  outcome failure() const {
    return last_heard_ ? outcome::incomplete : outcome::no_response;
  }

  // From the write of the first attempt to the first and the latest chunk;
  // none unless both were seen, in this order.
  wait first_response() const { return since_written(first_heard_); }
  wait completion() const { return since_written(last_heard_); }

private:
  caf::timespan limit() const {
    return phase_ == phase::next_chunk ? patience_.timeout
                                       : patience_.first_response_timeout;
  }
  wait since_written(const optional<caf::timespan>& at) const;

  patience patience_;
  bool repeats_;
  phase phase_ = phase::idle;
  charge next_ = charge::counted;
  /// The wait was prolonged since the process had stood still.
  bool prolonged_ = false;
  std::string attempt_;
  /// Attempts that count.
  std::uint32_t attempts_ = 0;
  std::uint32_t asked_ = 0;
  /// What the present wait began with.
  caf::timespan base_{0};
  optional<caf::timespan> first_written_;
  optional<caf::timespan> first_heard_;
  optional<caf::timespan> last_heard_;
};

} // namespace muster
