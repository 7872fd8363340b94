#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/test/dsl.hpp>
#include <nlohmann/json.hpp>

#include "net/connection.hpp"

namespace muster::test {

/// A connection without a socket: keeps what a shard does with it, and lets
/// a test play the gateway.
class scripted_connection final : public connection {
public:
  explicit scripted_connection(std::shared_ptr<connection_sink> sink)
      : sink_(std::move(sink)) {}

  void open(std::string to) override { url = std::move(to); }
  void send(std::string text, std::uint64_t ticket) override;
  void consumed(std::size_t n) override { consumed_bytes += n; }
  void close(std::uint16_t code) override;
  bool managed_by_bot() const override { return managed; }

  // -- what the gateway does --------------------------------------------------
  void opened() { sink().opened(); }
  void say(const std::string& text) {
    sink().received(frozen_buffer{text}, false);
  }
  void say_binary(const std::string& bytes) {
    sink().received(frozen_buffer{bytes}, true);
  }
  /// A piece of a compressed message.
  void say_piece(const std::string& bytes) {
    sink().received_piece(frozen_buffer{bytes});
  }
  /// A text above the bound.
  void say_skipped(const std::string& head, std::uint64_t size) {
    sink().skipped(frozen_buffer{head}, size);
  }
  /// Ends the connection.
  void end(std::uint16_t code, errc error = errc::connection_lost);
  bool ended() const { return sink_ == nullptr; }

  /// The payloads with this opcode.
  std::vector<nlohmann::json> sent(int op) const;
  /// When they were sent.
  std::vector<caf::actor_clock::time_point> times_of(int op) const;

  std::string url;
  std::vector<std::string> texts;
  /// When each of them was sent, by the clock of the test.
  std::vector<caf::actor_clock::time_point> sent_at;
  std::function<caf::actor_clock::time_point()> now;
  std::size_t consumed_bytes = 0;
  int closed_with = -1;
  bool managed = false;
  /// Confirms each write at once; otherwise a test calls confirm().
  bool confirm_writes = true;
  void confirm();
  /// The writes that have not been confirmed, for a later confirm(those).
  std::deque<std::uint64_t> take_unconfirmed() {
    return std::exchange(unconfirmed_, {});
  }
  void confirm(std::deque<std::uint64_t> those);
  /// Tells of its end at once when closed; otherwise a test calls end().
  bool close_at_once = true;
  /// Answers heartbeats.
  bool acknowledge = true;
  /// Fails in a way that no connection should.
  bool throws = false;

private:
  connection_sink& sink() {
    if (sink_ == nullptr)
      CAF_FAIL("this connection has ended");
    return *sink_;
  }

  std::shared_ptr<connection_sink> sink_;
  std::deque<std::uint64_t> unconfirmed_;
};

} // namespace muster::test
