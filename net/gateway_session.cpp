#include "net/gateway_session.hpp"

#include <utility>

#include "net/inflater.hpp"
#include "net/url.hpp"

namespace muster {

namespace {

/// After this many connections in a row that ended in a corrupt stream the
/// session itself is given up: its replay would bring the same again.
constexpr std::uint32_t corrupt_limit = 3;

/// What was received is to blame, and would be again in a replay.
bool is_corrupt(errc error) {
  return error == errc::malformed_json || error == errc::malformed_field
         || error == errc::corrupt_compression
         || error == errc::payload_limit_exceeded;
}

} // namespace

gateway_session::gateway_session(const settings& cfg,
                                 std::function<double()> random)
    : cfg_(cfg), random_(std::move(random)),
      backoff_(cfg.backoff_min, cfg.backoff_max) {}

session_actions gateway_session::take_actions() {
  return std::exchange(actions_, {});
}

time_point gateway_session::due() const {
  return std::min(due_, heartbeat_.due());
}

void gateway_session::go(phase next, time_point due) {
  phase_ = next;
  due_ = due;
}

void gateway_session::start(std::string gateway_url, time_point now,
                            saved_session from, timespan wait) {
  address_.set_base(std::move(gateway_url));
  if (phase_ != phase::idle)
    return;
  if (!from.id.empty() && from.sequence) {
    session_id_ = std::move(from.id);
    sequence_ = from.sequence;
    had_session_ = true;
    if (!address_.set_saved(from.resume_url) && !from.resume_url.empty())
      act(session_action::note{"the address for resuming that was saved is "
                               "not the gateway's; its own is used"});
  }
  go(phase::waiting, now + wait);
  tick(now);
}

void gateway_session::connect(time_point now) {
  auto& base = address_.next(resumable());
  std::string query = "v=10&encoding=json";
  if (auto value = query_value(cfg_.compress); !value.empty())
    query.append("&compress=").append(value);
  reached_ready_ = false;
  resume_sent_ = false;
  // The connection bounds its own steps; this is the last resort.
  go(phase::connecting, now + cfg_.resolve_timeout + cfg_.connect_timeout
                            + 2 * cfg_.handshake_timeout + cfg_.close_timeout);
  act(session_action::connect{with_query(base, query)});
}

void gateway_session::opened(time_point now) {
  if (phase_ == phase::connecting)
    go(phase::greeting, now + cfg_.hello_timeout);
}

void gateway_session::adopt() {
  if (phase_ == phase::connecting)
    go(phase::queued, never);
}

void gateway_session::greet(time_point now) {
  stalled_ = heartbeat_.excused();
  if (resumable()) {
    resume_sent_ = true;
    go(phase::resuming, now + cfg_.ready_timeout);
    act(session_action::send_resume{});
  } else {
    forget_session();
    go(phase::queued, never); // the gate may have us wait for a day
    act(session_action::ask_identify{});
  }
}

void gateway_session::identify_granted(time_point now) {
  if (phase_ != phase::queued)
    return;
  go(phase::identifying, now + cfg_.ready_timeout);
  act(session_action::send_identify{});
}

void gateway_session::identify_refused(time_point now) {
  if (phase_ == phase::queued)
    close_with(close_code::normal, next_step::identify,
               "there is no leave to identify", now);
}

void gateway_session::control(const envelope& x, time_point now) {
  heartbeat_.alive();
  switch (static_cast<opcode>(x.op)) {
  case opcode::hello: {
    if (phase_ != phase::greeting && phase_ != phase::connecting)
      return;
    timespan interval{0};
    if (read_hello(x.data, interval) != errc{}) {
      close_with(close_code::unknown_error, next_step::resume,
                 "HELLO was malformed", now);
      return;
    }
    if (interval < least_interval()) {
      act(session_action::note{
          "the gateway wants a heartbeat each "
          + std::to_string(
              std::chrono::duration_cast<std::chrono::milliseconds>(interval)
                  .count())
          + " ms; that would fill what may be sent, so it gets fewer"});
      interval = least_interval();
    }
    heartbeat_.start(now, interval, random_());
    greet(now);
    return;
  }
  case opcode::heartbeat:
    act(session_action::send_heartbeat{});
    return;
  case opcode::heartbeat_ack:
    heartbeat_.acknowledged(now);
    return;
  case opcode::reconnect:
    close_with(close_code::unknown_error, next_step::resume,
               "the gateway asked to reconnect", now);
    return;
  case opcode::invalid_session: {
    if (phase_ == phase::closing)
      return;
    // An answer that is neither is taken as the worse of the two.
    bool again = x.data == "true" && resumable();
    if (!again) {
      forget_session();
      auto span = cfg_.invalid_session_max - cfg_.invalid_session_min;
      auto part = static_cast<double>(span.count()) * random_();
      reconnect_not_before_ = now + cfg_.invalid_session_min
                              + timespan{static_cast<std::int64_t>(part)};
      ++rejections_;
    }
    close_with(again ? close_code::unknown_error : close_code::normal,
               again ? next_step::resume : next_step::identify,
               "the gateway invalidated the session", now);
    rejected_ = !again;
    return;
  }
  default:
    return; // unknown opcodes are the gateway's to add
  }
}

void gateway_session::dispatched(std::optional<std::uint64_t> sequence) {
  heartbeat_.alive();
  if (sequence)
    sequence_ = sequence;
  if (phase_ == phase::ready)
    corrupt_in_a_row_ = 0;
}

void gateway_session::became_ready(const ready& x, time_point now) {
  if (phase_ == phase::closing || phase_ == phase::ended)
    return;
  session_id_ = x.session_id;
  if (!address_.set_resume(x.resume_gateway_url)
      && !x.resume_gateway_url.empty())
    act(session_action::note{"the gateway's address for resuming is no "
                             "gateway URL, or is not encrypted although the "
                             "gateway is; its own address is used"});
  became_usable(now);
}

bool gateway_session::became_resumed(time_point now) {
  if (phase_ != phase::resuming && phase_ != phase::queued)
    return false;
  became_usable(now);
  return true;
}

void gateway_session::became_usable(time_point now) {
  address_.worked();
  rejections_ = 0;
  had_session_ = true;
  reached_ready_ = true;
  ready_at_ = now;
  go(phase::ready, never);
}

void gateway_session::corrupt(errc error, time_point now) {
  if (phase_ == phase::closing || phase_ == phase::ended)
    return;
  count_corrupt();
  close_with(close_code::unknown_error,
             resumable() ? next_step::resume : next_step::identify,
             sentence_of(make_error(error)), now);
}

void gateway_session::count_corrupt() {
  if (++corrupt_in_a_row_ < corrupt_limit)
    return;
  corrupt_in_a_row_ = 0;
  forget_session();
}

void gateway_session::close_with(std::uint16_t code, next_step then,
                                 std::string reason, time_point now) {
  if (phase_ == phase::closing || phase_ == phase::ended
      || phase_ == phase::idle || phase_ == phase::waiting)
    return;
  heartbeat_.stop();
  pending_next_ = resumable() ? then : next_step::identify;
  pending_reason_ = std::move(reason);
  go(phase::closing, now + 2 * cfg_.close_timeout);
  act(session_action::close{code});
}

timespan gateway_session::least_interval() const {
  // Heartbeats may take half of what Discord lets a connection send.
  return (cfg_.send_window + cfg_.network_margin)
         / std::max<std::int64_t>(cfg_.send_limit / 2, 1);
}

void gateway_session::closed(std::uint16_t code, errc error, std::string reason,
                             time_point now, timespan retry_after) {
  if (phase_ == phase::idle || phase_ == phase::waiting
      || phase_ == phase::ended)
    return;
  if (retry_after.count() > 0)
    reconnect_not_before_ = std::max(reconnect_not_before_, now + retry_after);
  if (phase_ == phase::closing) {
    // Our own doing: the code of the peer's answer says nothing new.
    lost(0, pending_next_, std::move(pending_reason_), now, true);
    return;
  }
  if (error == errc::store_away) { // the lease: no fault of the gateway's
    heartbeat_.stop();
    act(session_action::disconnected{
        0, resumable() ? next_step::resume : next_step::identify,
        std::move(reason), true});
    go(phase::waiting, now + cfg_.backoff_min);
    return;
  }
  if (error == errc::certificate_refused && !had_session_) {
    act(session_action::disconnected{code, next_step::none, reason,
                                     !reached_ready_});
    end(error, std::move(reason));
    return;
  }
  if (is_corrupt(error))
    count_corrupt();
  auto never_greeted = phase_ == phase::connecting || phase_ == phase::greeting;
  auto follows = code == 0 ? after_close::resume : what_follows(code);
  if (code != 0)
    reason = std::string{describe_close(code)} + " (code "
             + std::to_string(code) + ")";
  switch (follows) {
  case after_close::fatal:
    act(session_action::disconnected{code, next_step::none, reason,
                                     !reached_ready_});
    end(errc::gateway_refused, std::move(reason));
    return;
  case after_close::identify:
    forget_session();
    break;
  case after_close::resume:
    break;
  }
  if (never_greeted && resumable())
    address_.unreachable();
  lost(code, resumable() ? next_step::resume : next_step::identify,
       std::move(reason), now, reached_ready_);
}

void gateway_session::count_vain(time_point now) {
  if (reached_ready_) {
    // A session that is lost at once is no reason to come back at once: only
    // one that has worked for a while makes the past forgotten.
    if (now - ready_at_ >= cfg_.backoff_max)
      backoff_.reset();
    return;
  }
  auto follows = address_.in_vain(resume_sent_);
  if (follows.give_session_up)
    forget_session();
  if (follows.look_up_base)
    act(session_action::locate{});
}

void gateway_session::lost(std::uint16_t code, next_step next,
                           std::string reason, time_point now, bool at_once) {
  heartbeat_.stop();
  count_vain(now);
  if (!resumable() && next == next_step::resume)
    next = next_step::identify;
  act(session_action::disconnected{code, next, std::move(reason),
                                   !reached_ready_});
  // The first return after a session is immediate, those after it back off.
  // After opcode 9 Discord's own wait is enough, unless it comes in a row.
  auto wait = timespan{0};
  if (!std::exchange(rejected_, false) || rejections_ > 1) {
    auto first = at_once && backoff_.failures() == 0;
    auto full = backoff_.next(first ? 0.0 : random_());
    wait = first ? timespan{0} : full;
  }
  go(phase::waiting, std::max(now + wait, reconnect_not_before_));
}

void gateway_session::end(errc error, std::string reason) {
  heartbeat_.stop();
  go(phase::ended, never);
  act(session_action::fatal{error, std::move(reason)});
}

void gateway_session::stop() {
  heartbeat_.stop();
  if (phase_ != phase::idle && phase_ != phase::waiting
      && phase_ != phase::ended)
    act(session_action::close{close_code::unknown_error});
  go(phase::ended, never);
}

void gateway_session::forget_session() {
  session_id_.clear();
  sequence_.reset();
  address_.forget_session();
}

void gateway_session::tick(time_point now) {
  switch (heartbeat_.tick(now)) {
  case heartbeat::verdict::send:
    act(session_action::send_heartbeat{});
    break;
  case heartbeat::verdict::zombied:
    close_with(close_code::unknown_error, next_step::resume,
               "no heartbeat was acknowledged", now);
    break;
  case heartbeat::verdict::nothing:
    break;
  }
  if (now < due_)
    return;
  switch (phase_) {
  case phase::waiting:
    if (held_ || !leased_) {
      due_ = never;
      break;
    }
    reconnect_not_before_ = time_point{};
    connect(now);
    break;
  case phase::connecting:
    act(session_action::close{close_code::unknown_error});
    closed(0, errc::timed_out, "connecting took too long", now);
    break;
  case phase::greeting:
    if (resumable())
      address_.unreachable();
    close_with(close_code::unknown_error, next_step::resume,
               "the gateway did not say HELLO", now);
    break;
  case phase::identifying:
    close_with(close_code::unknown_error, next_step::identify,
               "READY did not come", now);
    break;
  case phase::resuming:
    if (stalled_) {
      stalled_ = heartbeat_.excused();
      due_ = now + cfg_.ready_timeout;
      break;
    }
    close_with(close_code::unknown_error, next_step::resume,
               "RESUMED did not come", now);
    break;
  case phase::closing:
    // The connection did not tell of its end in time.
    closed(0, errc::timed_out, {}, now);
    break;
  default:
    due_ = never;
    break;
  }
}

} // namespace muster
