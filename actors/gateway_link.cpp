#include "actors/gateway_link.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>
#include <variant>

#include "actors/log.hpp"
#include "messages/errc.hpp"
#include "net/opcode.hpp"
#include "net/payload.hpp"
#include "net/payload_head.hpp"

namespace muster {

gateway_link::gateway_link(const shard_config& cfg, sink_factory sink,
                           owner& to)
    : cfg_(cfg), values_(*cfg.values), sink_(std::move(sink)), owner_(to),
      session_(values_, cfg.random), intake_(values_), line_(values_),
      envelopes_(values_.validate_payloads) {}

void gateway_link::abandon() {
  if (connection_ != nullptr)
    connection_->close(close_code::unknown_error);
  connection_.reset();
}

// -- what the session wants ---------------------------------------------------

void gateway_link::run(time_point now) {
  // Carrying one out may bring more.
  for (auto all = session_.take_actions(); !all.empty();
       all = session_.take_actions())
    for (auto& one : all)
      std::visit([&](auto& x) { act(x, now); }, one);
}

void gateway_link::act(session_action::connect& x, time_point now) {
  ++epoch_;
  log().debug("shard {}: connecting to {}", cfg_.id.index, x.url);
  intake_.begin();
  line_.begin();
  owner_.connecting();
  try {
    connection_ = cfg_.connect(sink_(epoch_));
    if (connection_ != nullptr) {
      lent_ = connection_->managed_by_bot();
      connection_->open(std::move(x.url));
    }
  } catch (...) { // it may be the bot's own (A1)
    report_exception("the factory of connections", std::current_exception());
    connection_ = nullptr;
  }
  if (connection_ == nullptr)
    session_.closed(0, errc::connect_failed, "no connection could be made",
                    now);
}

void gateway_link::act(session_action::close& x, time_point) {
  if (connection_ != nullptr)
    connection_->close(x.code);
}

void gateway_link::act(session_action::locate&, time_point) {
  owner_.locate();
}

void gateway_link::act(session_action::note& x, time_point) {
  log().warn("shard {}: {}", cfg_.id.index, x.text);
}

void gateway_link::act(session_action::ask_identify&, time_point) {
  owner_.ask_identify();
}

void gateway_link::act(session_action::send_heartbeat&, time_point now) {
  if (auto free_at = line_.beat(now))
    session_.beat_withheld(*free_at);
  else
    write(encode_heartbeat(session_.sequence()));
}

void gateway_link::act(session_action::send_identify&, time_point now) {
  ++identifies_;
  log().debug("shard {}: identify, intents {}", cfg_.id.index, values_.intents);
  line_.login(now);
  write(encode_identify(*cfg_.secret, values_.intents, cfg_.id,
                        values_.large_threshold));
}

void gateway_link::act(session_action::send_resume&, time_point now) {
  ++resumes_;
  auto sequence = session_.sequence().value_or(0);
  log().debug("shard {}: resume from sequence {}", cfg_.id.index, sequence);
  line_.login(now);
  write(encode_resume(*cfg_.secret, session_.session_id(), sequence));
}

void gateway_link::act(session_action::disconnected& x, time_point) {
  connection_.reset();
  owner_.disconnected(x);
}

void gateway_link::act(session_action::fatal& x, time_point) {
  owner_.failed(x.reason);
}

void gateway_link::grant_identify(std::uint64_t epoch, time_point now) {
  if (live(epoch))
    session_.identify_granted(now);
}

// -- what goes out ------------------------------------------------------------

void gateway_link::write(std::string text, std::uint64_t ticket) {
  if (connection_ == nullptr)
    return;
  ++sends_;
  connection_->send(std::move(text), ticket);
}

void gateway_link::send(request_book& book, time_point now) {
  if (!ready() || !connected())
    return;
  while (auto x = line_.next(book, now)) {
    if (auto request = x->request)
      log().debug("shard {}: opcode 8 for guild {}, nonce {}, request {}",
                  cfg_.id.index, request->request.guild_id.value,
                  request->attempt, request->nonce);
    write(std::move(x->text), x->ticket);
  }
}

std::optional<std::pair<std::string, snowflake>>
gateway_link::take(const payload_written& x) {
  if (!live(x.epoch))
    return std::nullopt;
  return line_.written(x.ticket);
}

// -- what comes in ------------------------------------------------------------

void gateway_link::take(const connection_opened& x, time_point now) {
  if (!live(x.epoch))
    return;
  if (lent_)
    session_.adopt();
  else
    session_.opened(now);
}

void gateway_link::take(const connection_closed& x, time_point now) {
  if (!live(x.epoch))
    return;
  if (lent_) // its session is past what we have not read: no one replays it
    while (auto kept = intake_.next())
      unpack(kept->frame, kept->at, now);
  connection_.reset();
  intake_.end();
  session_.closed(x.code, x.error, x.reason, now, x.retry_after);
}

void gateway_link::take(const frame_received& x, time_point now) {
  if (!live(x.epoch))
    return;
  session_.alive();
  if (intake_.take(x, now))
    unpack(x, now, now);
}

void gateway_link::unpack(const frame_received& x, time_point at,
                          time_point now) {
  arrived_ = at;
  auto load = intake_.unpack(x);
  switch (load.is) {
  case frame_intake::load::nothing:
    break;
  case frame_intake::load::payload:
    read_payloads(load.bytes, now);
    break;
  case frame_intake::load::skipped:
    skipped(load.bytes, load.size);
    break;
  case frame_intake::load::broken:
    owner_.malformed("a compressed frame", load.error, 1);
    session_.corrupt(load.error, now);
    break;
  }
  grant_credit();
}

bool gateway_link::leaving() const {
  return session_.state() == gateway_session::phase::closing
         || session_.state() == gateway_session::phase::ended;
}

void gateway_link::skipped(const frozen_buffer& head, std::uint64_t size) {
  if (leaving())
    return;
  auto x = read_head(head.view());
  ++skipped_;
  log().warn("shard {}: {}{}, {} bytes, was skipped; max_payload is {}",
             cfg_.id.index, x.name.empty() ? "a payload" : x.name,
             x.guild ? " of guild " + to_string(*x.guild) : "", size,
             values_.max_payload);
  if (x.sequence) // a resume would only bring it again
    session_.dispatched(x.sequence);
}

void gateway_link::read_payloads(const frozen_buffer& all, time_point now) {
  // Nearly always one; several where a gateway does not flush between them.
  std::uint64_t taken = 0;
  std::uint64_t unreadable = 0;
  auto first_error = errc{};
  for (auto text = next_payload(all.view()); !text.empty() && !leaving();) {
    envelope x;
    auto error = envelopes_.read(text, x);
    if (error == errc{}) {
      ++taken;
      error = read(all, x, now);
    }
    if (error != errc{} && ++unreadable == 1)
      first_error = error;
    text = next_payload(x.rest);
  }
  if (unreadable > 0)
    owner_.malformed(taken == 0 ? "a payload" : "what follows a payload",
                     first_error, unreadable);
}

errc gateway_link::read(const frozen_buffer& payload, envelope& x,
                        time_point now) {
  if (x.op == static_cast<int>(opcode::dispatch)) {
    session_.dispatched(x.sequence);
    owner_.dispatched(payload, x);
  } else if (!lent_) {
    control(x, now);
  }
  return x.data.empty() || x.cut() ? errc{} : errc::malformed_json;
}

void gateway_link::control(envelope& x, time_point now) {
  auto waiting = session_.beat().waiting();
  session_.control(x, now);
  if (x.op == static_cast<int>(opcode::hello)) {
    auto interval = session_.beat().interval();
    line_.reserve_for(interval);
    log().debug("shard {}: HELLO, a heartbeat each {} ms", cfg_.id.index,
                interval / std::chrono::milliseconds{1});
  }
  if (x.op == static_cast<int>(opcode::heartbeat_ack) && waiting)
    heartbeats_.add(session_.beat().latency());
}

void gateway_link::grant_credit() {
  if (connection_ == nullptr)
    return;
  if (auto bytes = intake_.take_credit(); bytes > 0)
    connection_->consumed(bytes);
}

void gateway_link::stop_reading(bool on, time_point now) {
  if (intake_.stop(on)) {
    session_.excuse_silence(on);
    // What a new connection replays would come on top of what is held.
    session_.hold_connecting(on && !lent_, now);
  }
  grant_credit();
}

bool gateway_link::read_kept(time_point now) {
  if (intake_.stopped())
    return false;
  auto kept = intake_.next();
  if (!kept)
    return false;
  if (live(kept->frame.epoch))
    unpack(kept->frame, kept->at, now);
  run(now);
  return true;
}

// -- time and figures ---------------------------------------------------------

time_point gateway_link::due(const request_book& book) const {
  return ready() ? std::min(session_.due(), line_.due(book)) : session_.due();
}

void gateway_link::report(statistics& x, time_point now) const {
  x.connected = ready() ? 1 : 0;
  x.reconnects = epoch_ > 1 ? epoch_ - 1 : 0;
  x.identifies = identifies_;
  x.resumes = resumes_;
  x.sends = sends_;
  x.malformed += skipped_;
  intake_.report(x);
  line_.report(x, now);
}

} // namespace muster
