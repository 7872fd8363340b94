#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include <caf/error.hpp>

#include "actors/request_book.hpp"
#include "messages/request.hpp"
#include "messages/settings.hpp"
#include "messages/status.hpp"
#include "net/clock.hpp"
#include "net/command_window.hpp"

namespace muster {

/// What leaves a shard by its connection, and when: heartbeats, the bot's
/// requests, its commands, requests of the startup, in this order, within the
/// window (Q9, Q11, S7). Pure.
class outgoing_line {
public:
  /// More commands than this may not wait for the window (Q11).
  static constexpr std::size_t max_commands = 1000;

  /// What is not confirmed after so many later writes never will be.
  static constexpr std::size_t max_unconfirmed = 256;

  struct payload {
    std::string text;
    /// Not 0 if its write is to be told of.
    std::uint64_t ticket = 0;
    /// The request that it asks for, if it does.
    const request_entry* request = nullptr;
  };

  explicit outgoing_line(const settings& cfg)
      : window_(cfg.send_limit, cfg.send_window + cfg.network_margin) {}

  /// A new connection: nothing more will be told of writes on the old one.
  void begin();

  /// An error if the command cannot be sent, or too many wait.
  caf::error add(const gateway_command& x);

  /// The next payload that may leave now; it counts as sent.
  std::optional<payload> next(request_book& book, time_point now);

  /// When next() may give one that it did not give when it was asked last.
  time_point due(const request_book& book) const {
    return window_free_ != never ? window_free_ : book.due();
  }

  /// Heartbeats fall due this far apart (Q9).
  void reserve_for(timespan heartbeat_interval) {
    window_.reserve_for(heartbeat_interval);
  }
  /// A heartbeat counts as sent, unless it has to wait: until when.
  std::optional<time_point> beat(time_point now);
  /// IDENTIFY or RESUME leaves.
  void login(time_point now) { window_.record(now); }

  /// What the write with this ticket has put on the wire: attempt and guild.
  /// None when it is not known, or when the same nonce went out once more.
  std::optional<std::pair<std::string, snowflake>>
  written(std::uint64_t ticket);

  /// How long `n` more requests take at least.
  timespan least_time(std::uint64_t n, time_point now) {
    return window_.wait_for(n, now);
  }
  /// How long the next one waits.
  timespan wait(time_point now) { return window_.free_at(now) - now; }

  /// Fills in what waits.
  void report(statistics& x, time_point now) const;

private:
  struct write {
    std::uint64_t ticket;
    std::string attempt;
    snowflake guild;
  };

  payload send(const request_entry& x, time_point now);

  command_window window_;
  std::deque<std::string> commands_;
  /// Op 8s that are on their way to the socket, in order.
  std::deque<write> writes_;
  std::uint64_t tickets_ = 0;
  time_point window_free_ = never;
};

} // namespace muster
