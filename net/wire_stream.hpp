#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include "net/io_handler.hpp"
#include "net/tls_stream.hpp"
#include "net/upgrade_answer.hpp"

namespace muster {

/// A TCP stream with or without TLS, chosen when it is made. One type for
/// both halves the time that Beast takes to compile. Internal to the units
/// that include Beast; not thread-safe, use it on one strand.
class wire_stream {
public:
  using next_layer_type = boost::beast::tcp_stream;
  using executor_type = next_layer_type::executor_type;

  /// Plain TCP when `tls` is null; `tls` must outlive the stream.
  wire_stream(next_layer_type tcp, boost::asio::ssl::context* tls)
      : tcp_(std::move(tcp)) {
    if (tls != nullptr)
      tls_.emplace(tcp_, *tls);
  }

  wire_stream(const wire_stream&) = delete;
  wire_stream& operator=(const wire_stream&) = delete;

  executor_type get_executor() { return tcp_.get_executor(); }

  next_layer_type& next_layer() { return tcp_; }
  const next_layer_type& next_layer() const { return tcp_; }

  bool encrypted() const { return tls_.has_value(); }

  /// What is read next is the answer to a request for a WebSocket. Whoever
  /// reads is given a short one in its place or, if it is no acceptance, an
  /// error; then upgrade() tells why.
  void expect_upgrade() { upgrade_ = std::make_unique<upgrade_answer>(); }

  /// Null when no answer is expected, or an accepted one has been read.
  upgrade_answer* upgrade() { return upgrade_.get(); }

  /// What came behind the answer that was accepted last; given once.
  std::string take_rest() { return std::move(rest_); }

  /// The TLS half; only when encrypted().
  tls_stream& tls() { return *tls_; }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, signature>(
        [this](auto&& h, boost::asio::mutable_buffer to) {
          start_read(to, io_handler{std::forward<decltype(h)>(h)});
        },
        handler, tls_stream::first_of<boost::asio::mutable_buffer>(buffers));
  }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, signature>(
        [this](auto&& h, const pieces& from) {
          start_write(from, io_handler{std::forward<decltype(h)>(h)});
        },
        handler, pieces_of(buffers));
  }

  /// What one who reads or writes without handlers has to do now.
  using next = tls_stream::next;

  /// Reads into `to` what there is, `n` bytes, without waiting.
  next try_read(boost::asio::mutable_buffer to, boost::beast::error_code& ec,
                std::size_t& n);

  /// Writes some of `from`, `n` bytes. Who has to wait tries the same again.
  next try_write(boost::asio::const_buffer from, boost::beast::error_code& ec,
                 std::size_t& n);

  /// Calls `handler` with an error code when it is time to try again.
  template <class Handler>
  void async_wait(next what, Handler&& handler) {
    using socket = boost::asio::ip::tcp::socket;
    tcp_.socket().async_wait(what == next::wait_to_read ? socket::wait_read
                                                        : socket::wait_write,
                             std::forward<Handler>(handler));
  }

  /// Says that no more will come, and closes when the peer has said something.
  void start_teardown(boost::beast::role_type role, io_handler h);

private:
  using signature = void(boost::beast::error_code, std::size_t);

  /// What goes into one write: a frame's head and its payload, or the lines of
  /// an HTTP answer and its body.
  using pieces = std::array<boost::asio::const_buffer, 24>;

  template <class Buffers>
  static pieces pieces_of(const Buffers& all) {
    pieces result;
    auto to = result.begin();
    auto end = boost::asio::buffer_sequence_end(all);
    for (auto i = boost::asio::buffer_sequence_begin(all);
         i != end && to != result.end(); ++i)
      if (boost::asio::const_buffer x = *i; x.size() > 0)
        *to++ = x;
    return result;
  }

  void start_read(boost::asio::mutable_buffer to, io_handler h);
  void start_write(const pieces& from, io_handler h);
  void read_raw(boost::asio::mutable_buffer to, io_handler h);
  void read_upgrade(boost::asio::mutable_buffer to, io_handler h);

  next_layer_type tcp_;
  std::optional<tls_stream> tls_;
  std::unique_ptr<upgrade_answer> upgrade_;
  std::string rest_;
  std::array<char, 4096> answer_;
};

/// Found by Beast when a WebSocket over this stream has closed. TLS is not
/// shut down politely: the WebSocket close handshake has already said it all.
void teardown(boost::beast::role_type role, wire_stream& stream,
              boost::beast::error_code& ec);

template <class Handler>
void async_teardown(boost::beast::role_type role, wire_stream& stream,
                    Handler&& handler) {
  stream.start_teardown(role, io_handler{[h = std::forward<Handler>(handler)](
                                             boost::beast::error_code ec,
                                             std::size_t) mutable { h(ec); }});
}

} // namespace muster
