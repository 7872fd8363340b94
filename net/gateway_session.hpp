#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/errc.hpp"
#include "messages/event.hpp"
#include "messages/settings.hpp"
#include "messages/shard_id.hpp"
#include "net/backoff.hpp"
#include "net/clock.hpp"
#include "net/envelope.hpp"
#include "net/event_data.hpp"
#include "net/gateway_address.hpp"
#include "net/heartbeat.hpp"
#include "net/opcode.hpp"

namespace muster {

/// What a gateway_session wants done, in the order it wants it.
namespace session_action {
/// Open a connection to this URL.
struct connect {
  std::string url;
};
/// Close the connection with this code.
struct close {
  std::uint16_t code;
};
/// The gateway may have moved: find out, and call relocate().
struct locate {};
/// Ask for leave to identify; then call identify_granted().
struct ask_identify {};
struct send_heartbeat {};
struct send_identify {};
struct send_resume {};
/// Something about the gateway that an operator should know.
struct note {
  std::string text;
};
/// The connection has ended; `code` is 0 without one.
struct disconnected {
  std::uint16_t code;
  next_step next;
  std::string reason;
  /// It never came to READY or RESUMED.
  bool in_vain;
};
/// The shard has ended.
struct fatal {
  errc error;
  std::string reason;
};
} // namespace session_action

using session_actions = std::vector<std::variant<
    session_action::connect, session_action::close, session_action::locate,
    session_action::ask_identify, session_action::send_heartbeat,
    session_action::send_identify, session_action::send_resume,
    session_action::note, session_action::disconnected, session_action::fatal>>;

/// What a session is resumed from, also by another process (C6).
struct saved_session {
  std::string id;
  std::optional<std::uint64_t> sequence;
  std::string resume_url;

  friend bool operator==(const saved_session&, const saved_session&) = default;
};

/// One shard's session with the gateway, from the first HELLO over any number
/// of connections. A state machine: input and time in, actions out; it knows
/// no socket, no token and no clock. Not thread-safe.
/// Source: Events > Using Gateway > Connection Lifecycle.
class gateway_session {
public:
  enum class phase {
    idle,
    waiting,     // for the time of the next connect
    connecting,  // for connection_opened
    greeting,    // for HELLO
    queued,      // for leave to identify
    identifying, // for READY
    resuming,    // for RESUMED
    ready,
    closing, // for the end of a connection that we close
    ended,
  };

  /// `random` gives evenly distributed numbers in [0, 1).
  gateway_session(const settings& cfg, std::function<double()> random);

  // -- input ----------------------------------------------------------------
  /// Resumes `from`, if that names a session; connects after `wait`.
  void start(std::string gateway_url, time_point now, saved_session from = {},
             timespan wait = timespan{0});
  /// The base URL from the next connect on.
  void relocate(std::string gateway_url) {
    address_.set_base(std::move(gateway_url));
  }
  void opened(time_point now);
  /// The connection is the bot's own, which identifies by itself (A1): only
  /// READY and RESUMED are waited for.
  void adopt();
  /// An `error` in what was received counts like corrupt(). A server that
  /// asked to wait said `retry_after`.
  void closed(std::uint16_t code, errc error, std::string reason,
              time_point now, timespan retry_after = timespan{0});
  /// Every payload, also those that were malformed, is a sign of life.
  void alive() { heartbeat_.alive(); }
  /// What is no dispatch.
  void control(const envelope& x, time_point now);
  /// Before the event itself is looked at. What comes while RESUMED is awaited
  /// may be a replay or not, so it prolongs nothing (S6).
  void dispatched(std::optional<std::uint64_t> sequence);
  void became_ready(const ready& x, time_point now);
  /// False when no resume was under way.
  bool became_resumed(time_point now);
  void identify_granted(time_point now);
  /// It is asked for again on another connection, with backoff.
  void identify_refused(time_point now);
  /// A heartbeat could not be sent before `free_at`: no ACK is missing.
  void beat_withheld(time_point free_at) { heartbeat_.withheld(free_at); }
  /// A payload could not be decompressed: the connection is of no use.
  void corrupt(errc error, time_point now);
  void tick(time_point now);
  /// Does not even begin.
  void give_up(errc error, const std::string& reason) {
    act(session_action::disconnected{0, next_step::none, reason, true});
    end(error, reason);
  }
  /// Leaves the gateway with the session left resumable.
  void stop();
  /// While muster is not reading, silence proves nothing (Q6).
  void excuse_silence(bool on) {
    stalled_ = stalled_ || on;
    heartbeat_.excuse(on);
  }

  /// No connection is made while `on`; one that was due then is made after it.
  void hold_connecting(bool on, time_point now) {
    held_ = on;
    go_on(now);
  }

  /// Without the lease it closes, resumably, and does not connect (C2).
  void set_lease(bool held, time_point now) {
    leased_ = held;
    if (!held)
      close_with(close_code::unknown_error, next_step::resume,
                 "the lease of this process has run out", now);
    go_on(now);
  }

  // -- output ---------------------------------------------------------------
  session_actions take_actions();
  time_point due() const;

  phase state() const { return phase_; }
  bool is_ready() const { return phase_ == phase::ready; }
  /// What to resume from; names none when there is nothing.
  saved_session saved() const {
    return resumable()
               ? saved_session{session_id_, sequence_, address_.resume()}
               : saved_session{};
  }
  const std::string& session_id() const { return session_id_; }
  std::optional<std::uint64_t> sequence() const { return sequence_; }
  const class heartbeat& beat() const { return heartbeat_; }
  /// Heartbeats are sent no more often than this, whatever HELLO says.
  timespan least_interval() const;

private:
  void greet(time_point now);
  void go(phase next, time_point due);
  void connect(time_point now);
  void close_with(std::uint16_t code, next_step then, std::string reason,
                  time_point now);
  void lost(std::uint16_t code, next_step next, std::string reason,
            time_point now, bool at_once);
  void end(errc error, std::string reason);
  void forget_session();
  void became_usable(time_point now);
  void count_corrupt();
  void count_vain(time_point now);
  /// Connects if that was held back.
  void go_on(time_point now) {
    if (!held_ && leased_ && phase_ == phase::waiting && due_ == never)
      due_ = now;
  }
  bool resumable() const { return !session_id_.empty() && sequence_; }

  template <class Action>
  void act(Action action) {
    actions_.emplace_back(std::move(action));
  }

  settings cfg_;
  std::function<double()> random_;
  gateway_address address_;
  std::string session_id_;
  std::string pending_reason_;
  std::optional<std::uint64_t> sequence_;
  heartbeat heartbeat_;
  backoff backoff_;
  session_actions actions_;
  phase phase_ = phase::idle;
  time_point due_ = never;
  time_point reconnect_not_before_{};
  next_step pending_next_ = next_step::resume;
  time_point ready_at_{}; // of this connection, if reached_ready_
  std::uint32_t corrupt_in_a_row_ = 0;
  std::uint32_t rejections_ = 0; // opcode 9 with false, in a row
  bool had_session_ = false;     // ever
  bool rejected_ = false;        // this connection, by opcode 9 with false
  bool resume_sent_ = false;
  bool held_ = false;
  bool leased_ = true;
  bool stalled_ = false; // muster has not read since due_ was set
  bool reached_ready_ = false;
};

} // namespace muster
