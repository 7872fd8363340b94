// The shard's connection and session.

#include <algorithm>
#include <chrono>
#include <utility>

#include "actors/log.hpp"
#include "actors/mailbox_sink.hpp"
#include "actors/shard.hpp"
#include "messages/errc.hpp"
#include "net/opcode.hpp"
#include "net/payload.hpp"
#include "net/payload_head.hpp"

namespace muster {

void shard::run_actions() {
  // Carrying one out may bring more.
  for (auto all = session_.take_actions(); !all.empty();
       all = session_.take_actions())
    for (auto& one : all)
      std::visit([this](auto& x) { run(x); }, one);
}

void shard::run(session_action::connect& x) {
  ++epoch_;
  log().debug("shard {}: connecting to {}", cfg_.id.index, x.url);
  parked_.clear();
  unconsumed_ = 0;
  book_.forget_writes();
  early_.clear();
  window_.reset();
  inflater_ = make_inflater(values_.compress, values_.max_payload);
  auto sink = std::make_shared<mailbox_sink>(
      caf::actor_cast<caf::weak_actor_ptr>(ctrl()), epoch_);
  try {
    connection_ = cfg_.connect(sink);
    if (connection_ != nullptr) {
      lent_ = connection_->managed_by_bot();
      connection_->open(std::move(x.url));
    }
  } catch (...) { // it may be the bot's own (A1)
    report_exception("the factory of connections", std::current_exception());
    connection_ = nullptr;
  }
  if (epoch_ > 1)
    ++stats_.reconnects;
  if (connection_ == nullptr)
    session_.closed(0, errc::connect_failed, "no connection could be made",
                    now());
}

void shard::run(session_action::close& x) {
  if (connection_ != nullptr)
    connection_->close(x.code);
}

void shard::run(session_action::locate&) {
  send(cfg_.supervisor, locate_gateway_request{cfg_.id});
}

void shard::run(session_action::note& x) {
  log().warn("shard {}: {}", cfg_.id.index, x.text);
}

void shard::run(session_action::ask_identify&) {
  // Generous, since the daily budget may have run out; a lost connection
  // makes the answer meaningless, which the session knows.
  auto epoch = epoch_;
  request(cfg_.gate, std::chrono::minutes(26 * 60),
          identify_slot_request{cfg_.id})
      .then(
          [this, epoch](const identify_slot&) {
            if (!live(epoch))
              return;
            session_.identify_granted(now());
            settle();
          },
          [this, epoch](const caf::error& error) {
            if (!live(epoch) || stopping_)
              return;
            log().warn("shard {}: no leave to identify: {}", cfg_.id.index,
                       sentence_of(error));
            if (error == caf::sec::request_timeout) {
              session_action::ask_identify once_more;
              run(once_more);
            }
          });
}

void shard::run(session_action::send_heartbeat&) {
  // One reading: a second one may be earlier or later.
  auto t = now();
  if (auto free_at = window_.free_at(t, true); free_at > t) {
    session_.beat_withheld(free_at); // never the last straw
    return;
  }
  window_.record(t, true);
  write(encode_heartbeat(session_.sequence()));
}

void shard::run(session_action::send_identify&) {
  ++stats_.identifies;
  log().debug("shard {}: identify, intents {}", cfg_.id.index, values_.intents);
  window_.record(now());
  write(encode_identify(*cfg_.secret, values_.intents, cfg_.id,
                        values_.large_threshold));
}

void shard::run(session_action::send_resume&) {
  ++stats_.resumes;
  log().debug("shard {}: resume from sequence {}", cfg_.id.index,
              session_.sequence().value_or(0));
  window_.record(now());
  write(encode_resume(*cfg_.secret, session_.session_id(),
                      session_.sequence().value_or(0)));
}

void shard::run(session_action::disconnected& x) {
  connection_.reset();
  auto event = stamped<shard_disconnected>();
  if (x.code != 0)
    event.code = x.code;
  event.next = x.next;
  event.reason = std::move(x.reason);
  if (event.next != next_step::none) // the end has a line of its own
    log().log(x.in_vain ? spdlog::level::warn : spdlog::level::info,
              "shard {}: disconnected, {}; next: {}", cfg_.id.index,
              event.reason, to_string(event.next));
  send(cfg_.supervisor, std::move(event));
  update_quiet_clock();
  // What failed to connect was ended by nothing that is asked for.
  if (!x.in_vain && x.next != next_step::none && !stopping_)
    look_for_poison();
}

void shard::run(session_action::fatal& x) {
  failed_ = true;
  log().error("shard {}: ended, {}", cfg_.id.index, x.reason);
  for (auto& nonce : book_.all())
    finish_request(nonce, outcome::session_lost);
}

void shard::write(std::string text, std::uint64_t ticket) {
  if (connection_ == nullptr)
    return;
  ++stats_.sends;
  connection_->send(std::move(text), ticket);
}

void shard::opened(const connection_opened& x) {
  if (!live(x.epoch))
    return;
  if (lent_)
    session_.adopt();
  else
    session_.opened(now());
  settle();
}

void shard::closed(const connection_closed& x) {
  if (!live(x.epoch))
    return;
  if (lent_) // its session is past what we have not read: no one replays it
    for (auto& frame : std::exchange(parked_, {}))
      unpack(frame);
  connection_.reset();
  inflater_.reset();
  session_.closed(x.code, x.error, x.reason, now(), x.retry_after);
  settle();
}

void shard::received(const frame_received& x) {
  if (!live(x.epoch))
    return;
  ++stats_.frames;
  stats_.bytes_received += std::max<std::uint64_t>(x.bytes.size(), x.skipped);
  session_.alive();
  // Not even decompressed: the bound is on what that makes of it (B1).
  if (reading_stopped_)
    parked_.push_back(x);
  else
    unpack(x);
  settle();
}

void shard::unpack(const frame_received& x) {
  if (x.skipped != 0) {
    skipped(x.bytes, x.skipped);
  } else if (x.binary && inflater_ != nullptr) {
    auto result = inflater_->feed(x.bytes.view(), x.more);
    switch (result.status) {
    case inflater::status::payload:
      stats_.bytes_decompressed += result.payload.size();
      take_payload(result.payload);
      break;
    case inflater::status::partial:
      break;
    case inflater::status::skipped:
      stats_.bytes_decompressed += result.size;
      skipped(result.payload, result.size);
      break;
    case inflater::status::failed:
      malformed("a compressed frame", result.error);
      session_.corrupt(result.error, now());
      break;
    }
  } else {
    take_payload(x.bytes);
  }
  grant_credit(x.bytes.size() + connection::frame_overhead);
}

void shard::skipped(const frozen_buffer& head, std::uint64_t size) {
  if (session_.state() == gateway_session::phase::closing
      || session_.state() == gateway_session::phase::ended)
    return;
  auto x = read_head(head.view());
  ++stats_.malformed;
  log().warn("shard {}: {}{}, {} bytes, was skipped; max_payload is {}",
             cfg_.id.index, x.name.empty() ? "a payload" : x.name,
             x.guild ? " of guild " + to_string(*x.guild) : "", size,
             values_.max_payload);
  if (x.sequence) // a resume would only bring it again
    session_.dispatched(x.sequence);
}

void shard::take_payload(const frozen_buffer& payload) {
  // Nearly always one; several where a gateway does not flush between them.
  std::uint64_t taken = 0;
  std::uint64_t unreadable = 0;
  auto first_error = errc{};
  for (auto text = next_payload(payload.view()); !text.empty();) {
    // What comes after we decided to leave is replayed to the next connection.
    if (session_.state() == gateway_session::phase::closing
        || session_.state() == gateway_session::phase::ended)
      break;
    envelope x;
    auto error = envelopes_.read(text, x);
    if (error == errc{}) {
      ++taken;
      error = take_one(payload, x);
    }
    if (error != errc{} && ++unreadable == 1)
      first_error = error;
    text = next_payload(x.rest);
  }
  if (unreadable > 0)
    malformed(taken == 0 ? "a payload" : "what follows a payload", first_error,
              unreadable);
}

errc shard::take_one(const frozen_buffer& payload, envelope& x) {
  if (x.op == static_cast<int>(opcode::dispatch)) {
    dispatched(payload, x);
  } else if (!lent_) {
    auto waiting = session_.beat().waiting();
    session_.control(x, now());
    if (x.op == static_cast<int>(opcode::hello)) {
      auto interval = session_.beat().interval();
      window_.reserve_for(interval);
      log().debug("shard {}: HELLO, a heartbeat each {} ms", cfg_.id.index,
                  interval / std::chrono::milliseconds{1});
    }
    if (x.op == static_cast<int>(opcode::heartbeat_ack) && waiting)
      heartbeats_.add(session_.beat().latency());
  }
  return x.data.empty() || x.cut() ? errc{} : errc::malformed_json;
}

void shard::grant_credit(std::size_t bytes) {
  unconsumed_ += bytes;
  if (reading_stopped_ || connection_ == nullptr
      || unconsumed_ < connection::read_window / 16)
    return;
  connection_->consumed(std::exchange(unconsumed_, 0));
}

void shard::update_reading() {
  for (auto& x : subscribers_.take_idle())
    demonitor(x);
  for (;;) {
    auto stop = subscribers_.overfull();
    if (stop && !reading_stopped_)
      ++stats_.reading_pauses;
    if (std::exchange(reading_stopped_, stop) != stop) {
      session_.excuse_silence(stop);
      // What a new connection replays would come on top of what is held.
      session_.hold_connecting(stop && !lent_, now());
    }
    if (stop)
      return;
    grant_credit(0);
    if (parked_.empty())
      return;
    auto next = std::move(parked_.front());
    parked_.pop_front();
    if (live(next.epoch))
      unpack(next);
    run_actions();
  }
}

void shard::update_quiet_clock() {
  if (session_.is_ready() && connection_ != nullptr && !reading_stopped_)
    quiet_.resume(now());
  else
    quiet_.pause(now());
}

} // namespace muster
