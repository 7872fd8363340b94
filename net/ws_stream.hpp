#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include "messages/errc.hpp"
#include "net/client_frame.hpp"
#include "net/clock.hpp"
#include "net/frame_reader.hpp"
#include "net/message_intake.hpp"
#include "net/wire_stream.hpp"

namespace muster {

/// A WebSocket over a stream that was upgraded. It reads the bytes of messages
/// to where they stay, answers pings, and closes. Internal to the units that
/// include Asio; use it on its strand only.
class ws_stream {
public:
  /// Whose it is.
  class owner {
  public:
    virtual ~owner() = default;

    /// Keeps the owner, and thereby the stream, while something is awaited.
    virtual std::shared_ptr<void> keep() = 0;
    /// Asked before anything is read or written; false if the stream has been
    /// stopped.
    virtual bool may_go_on() = 0;
    /// Whether there is room for another message.
    virtual bool has_room() = 0;
    /// Of a message, never kind::nothing.
    virtual void take(message_intake::result x, bool binary) = 0;
    virtual void written(std::uint64_t ticket) = 0;
    /// The last call, once; not after stop(). `code` is the peer's, or 0.
    virtual void ended(std::uint16_t code, errc error, std::string reason) = 0;
  };

  /// `wire` and `by` must outlive it. A close that is under way ends after
  /// `close_timeout`.
  ws_stream(wire_stream& wire, owner& by, message_intake in,
            timespan close_timeout);

  /// Begins to read.
  void start();
  /// The owner has room again.
  void read_on();
  /// Queues a text; dropped once it closes.
  void send(std::string text, std::uint64_t ticket);
  /// Closes with `code`; ended() tells `error` and `reason`, or what the peer
  /// has said meanwhile. Nothing is taken any more. Harmless when repeated.
  void close(std::uint16_t code, errc error, const char* reason);
  /// Nothing is read, written or told any more.
  void stop();

  /// The peer has said that it closes.
  bool peer_closed() const { return peer_closed_; }

private:
  using next = wire_stream::next;
  using error_code = boost::system::error_code;

  struct outgoing {
    std::string text;
    std::uint64_t ticket;
  };

  struct ending {
    std::uint16_t code;
    errc error;
    std::string reason;
  };

  template <class F>
  void guard(F&& f);
  template <class F>
  auto then(F f);

  bool wants_more() const;
  void read();
  next read_some(error_code& ec);
  void take(const frame_reader::result& x, bool placed);
  void take_piece(const frame_reader::result& x, bool placed);

  void write_on();
  void write();
  bool next_frame();
  void put(frame_type type, std::string_view payload);
  void was_written();
  void broke(error_code ec);

  void leave(ending x);
  void peer_closes(std::uint16_t code);
  bool answers_ours(std::uint16_t code) const;
  /// Ends when the close frame has gone out, or cannot.
  void hang_up_soon();
  void lost(error_code ec);
  void finish(ending x);

  wire_stream& wire_;
  owner& owner_;
  timespan close_timeout_;
  boost::asio::steady_timer timer_;

  frame_reader frames_;
  message_intake in_;
  std::string early_; // came with the upgrade
  std::array<char, 4096> stage_;
  /// Of one of these: what has not been looked at.
  std::string_view staged_;
  bool reading_ = false; // or about to
  bool told_ = false;    // of a message in this turn

  std::deque<outgoing> outbox_;
  std::optional<std::string> pong_;
  std::string frame_; // that is being written
  std::size_t written_ = 0;
  frame_type type_{};    // of that
  bool writing_ = false; // waiting to
  bool broken_ = false;  // for writing

  /// Nothing is taken any more, and in the end this is told.
  std::optional<ending> end_;
  std::uint16_t close_ = 0; // the code to close with
  bool close_written_ = false;
  bool hanging_up_ = false; // once that is
  bool peer_closed_ = false;
  bool done_ = false;
};

} // namespace muster
