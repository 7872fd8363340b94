#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "app/simulator/gateway.hpp"
#include "app/simulator/message_writer.hpp"

namespace muster::sim {

/// What the socket of a connection shall do next.
struct step {
  enum class kind : std::uint8_t { send, close, kill };

  kind what = kind::send;
  /// For send: one message.
  std::string bytes;
  bool binary = false;
  /// For close.
  std::uint16_t code = 0;
  std::string why;
};

/// What a connection has to send, in order: words of the gateway's own first,
/// then the events of its session. Not thread-safe.
class outbox {
public:
  outbox(gateway& gw, packing method) : gw_(gw), writer_(gw, method) {}

  // -- words of the gateway's own ---------------------------------------------

  void say(std::string text);
  void close(std::uint16_t code, std::string why);
  void kill();
  void bomb();

  /// From now on large messages are compressed, each by itself, unless the
  /// connection is compressed as a whole.
  void compress_payloads() { writer_.compress_payloads(); }

  /// Replaces `out` by the next of these; false if there is none.
  bool next_own(step& out);

  // -- events of a session ----------------------------------------------------

  /// Events from this number on are to be sent.
  void start_at(std::uint64_t seq) { cursor_ = seq; }

  /// Numbers below this have been sent.
  std::uint64_t cursor() const { return cursor_; }

  /// Adds to the session's events what its feed has made.
  void add(client_session& s, const feed::product& x, time_point now);

  /// Replaces `out` by the session's next event; false if there is none.
  bool next_event(client_session& s, step& out);

private:
  struct control {
    enum class kind : std::uint8_t { text, close, kill, bomb };

    kind what = kind::text;
    std::string text;
    std::uint16_t code = 0;
  };

  void add_guild(client_session& s, std::uint32_t index,
                 const std::vector<fault>& faults, time_point now);

  gateway& gw_;
  message_writer writer_;
  std::uint64_t cursor_ = 1;
  std::deque<control> controls_;
  /// Bytes of a message that a fault sends in two.
  std::string second_half_;
  std::uint64_t split_seq_ = 0;
};

} // namespace muster::sim
