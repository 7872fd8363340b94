#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "actors/frame_intake.hpp"
#include "actors/outgoing_line.hpp"
#include "actors/quantiles.hpp"
#include "actors/request_book.hpp"
#include "actors/shard_config.hpp"
#include "messages/internal/link.hpp"
#include "messages/status.hpp"
#include "net/connection.hpp"
#include "net/envelope.hpp"
#include "net/gateway_session.hpp"

namespace muster {

/// A shard's way to the gateway: one session, over one connection after the
/// other, with what comes in by them and what goes out. Makes connections and
/// uses them as the session wants, and gives its owner the dispatches. Used by
/// the shard only.
class gateway_link {
public:
  /// What the link cannot do by itself. Called from within run(), take() and
  /// read_kept().
  class owner {
  public:
    virtual ~owner() = default;

    /// A new connection is made; what came by the one before is void.
    virtual void connecting() = 0;
    /// Leave to identify is wanted; answered with grant_identify().
    virtual void ask_identify() = 0;
    /// The gateway may have moved; answered with relocate().
    virtual void locate() = 0;
    /// Leaves `x` cut, unless its data is cut off.
    virtual void dispatched(const frozen_buffer& payload, envelope& x) = 0;
    /// Something was dropped, so many times.
    virtual void malformed(const char* what, errc error,
                           std::uint64_t times) = 0;
    virtual void disconnected(session_action::disconnected& x) = 0;
    /// There will be no other connection.
    virtual void failed(const std::string& reason) = 0;
  };

  /// Makes what passes on to its shard what the connection number `epoch`
  /// tells.
  using sink_factory =
      std::function<std::shared_ptr<connection_sink>(std::uint64_t epoch)>;

  gateway_link(const shard_config& cfg, sink_factory sink, owner& to);

  /// Closes what is open, without a word.
  void abandon();

  /// Carries out what the session wants.
  void run(time_point now);

  // From the connection; what comes of an earlier one is passed over.
  void take(const connection_opened& x, time_point now);
  void take(const frame_received& x, time_point now);
  void take(const connection_closed& x, time_point now);
  /// What is on the wire by that: attempt and guild; none if that is no news.
  std::optional<std::pair<std::string, snowflake>>
  take(const payload_written& x);

  /// Leave to identify that was asked for in `epoch`.
  void grant_identify(std::uint64_t epoch, time_point now);

  /// The lease of the process has run out, or holds again (C2).
  void set_lease(bool held, time_point now) {
    if (!lent_)
      session_.set_lease(held, now);
  }

  /// Stops reading, or goes on.
  void stop_reading(bool on, time_point now);
  /// Reads one frame that was kept while reading had stopped; false if there
  /// is none.
  bool read_kept(time_point now);

  /// Sends what may go of the book's requests and the bot's commands.
  void send(request_book& book, time_point now);

  gateway_session& session() { return session_; }
  const gateway_session& session() const { return session_; }
  outgoing_line& line() { return line_; }

  /// The connection is the bot's own (A1).
  bool lent() const { return lent_; }
  bool connected() const { return connection_ != nullptr; }
  /// READY or RESUMED has come on this connection.
  bool ready() const { return session_.is_ready(); }
  /// Something can come: nothing that is missing is the link's fault (Q6).
  bool hears() const { return ready() && connected() && !intake_.stopped(); }
  bool live(std::uint64_t epoch) const {
    return epoch == epoch_ && connection_ != nullptr;
  }
  std::uint64_t epoch() const { return epoch_; }
  /// When the frame came that is being read.
  time_point arrived() const { return arrived_; }

  /// When run() or tick has something to do.
  time_point due(const request_book& book) const;

  /// Adds what it has counted.
  void report(statistics& x, time_point now) const;
  const quantiles& heartbeats() const { return heartbeats_; }

private:
  void act(session_action::connect& x, time_point now);
  void act(session_action::close& x, time_point now);
  void act(session_action::locate& x, time_point now);
  void act(session_action::note& x, time_point now);
  void act(session_action::ask_identify& x, time_point now);
  void act(session_action::send_heartbeat& x, time_point now);
  void act(session_action::send_identify& x, time_point now);
  void act(session_action::send_resume& x, time_point now);
  void act(session_action::disconnected& x, time_point now);
  void act(session_action::fatal& x, time_point now);
  void write(std::string text, std::uint64_t ticket = 0);
  void unpack(const frame_received& x, time_point at, time_point now);
  /// A payload larger than the bound, of which the head is left (F2).
  void skipped(const frozen_buffer& head, std::uint64_t size);
  void read_payloads(const frozen_buffer& all, time_point now);
  /// Gives an error when the end of the payload cannot be told.
  errc read(const frozen_buffer& payload, envelope& x, time_point now);
  void control(envelope& x, time_point now);
  /// We have decided to leave: what comes is replayed to the next connection.
  bool leaving() const;
  void grant_credit();

  const shard_config& cfg_;
  const settings& values_;
  sink_factory sink_;
  owner& owner_;
  gateway_session session_;
  frame_intake intake_;
  outgoing_line line_;
  envelope_reader envelopes_;
  std::shared_ptr<connection> connection_;
  /// Tells connections apart.
  std::uint64_t epoch_ = 0;
  /// The connection is the bot's own (A1).
  bool lent_ = false;
  time_point arrived_{};
  quantiles heartbeats_;
  std::uint64_t identifies_ = 0;
  std::uint64_t resumes_ = 0;
  std::uint64_t sends_ = 0;
  std::uint64_t skipped_ = 0;
};

} // namespace muster
