#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/teardown.hpp>

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
        [this](auto&& h, const Buffers& b) {
          if (upgrade_)
            read_upgrade(b, std::forward<decltype(h)>(h));
          else
            read_raw(b, std::forward<decltype(h)>(h));
        },
        handler, buffers);
  }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, signature>(
        [this](auto&& h, const Buffers& b) {
          if (tls_)
            tls_->async_write_some(b, std::forward<decltype(h)>(h));
          else
            tcp_.async_write_some(b, std::forward<decltype(h)>(h));
        },
        handler, buffers);
  }

  /// What one who reads or writes without handlers has to do now.
  using next = tls_stream::next;

  /// Reads into `to` what there is, `n` bytes, without waiting.
  next try_read(boost::asio::mutable_buffer to, boost::beast::error_code& ec,
                std::size_t& n) {
    if (tls_)
      return tls_->try_read(to, ec, n);
    return try_tcp(ec, next::wait_to_read, [&] {
      n = tcp_.socket().read_some(boost::asio::buffer(to), ec);
    });
  }

  /// Writes some of `from`, `n` bytes. Who has to wait tries the same again.
  next try_write(boost::asio::const_buffer from, boost::beast::error_code& ec,
                 std::size_t& n) {
    if (tls_)
      return tls_->try_write(from, ec, n);
    return try_tcp(ec, next::wait_to_write, [&] {
      n = tcp_.socket().write_some(boost::asio::buffer(from), ec);
    });
  }

  /// Calls `handler` with an error code when it is time to try again.
  template <class Handler>
  void async_wait(next what, Handler&& handler) {
    using socket = boost::asio::ip::tcp::socket;
    tcp_.socket().async_wait(what == next::wait_to_read ? socket::wait_read
                                                        : socket::wait_write,
                             std::forward<Handler>(handler));
  }

private:
  using signature = void(boost::beast::error_code, std::size_t);

  template <class Step>
  next try_tcp(boost::beast::error_code& ec, next otherwise, Step step) {
    tcp_.socket().non_blocking(true, ec);
    if (!ec)
      step();
    if (ec != boost::asio::error::would_block)
      return next::done;
    ec = {};
    return otherwise;
  }

  template <class Buffers, class Handler>
  void read_raw(const Buffers& b, Handler&& h) {
    if (tls_)
      tls_->async_read_some(b, std::forward<Handler>(h));
    else
      tcp_.async_read_some(b, std::forward<Handler>(h));
  }

  template <class Buffers, class Handler>
  void read_upgrade(const Buffers& b, Handler h) {
    namespace asio = boost::asio;
    if (upgrade_->state() == upgrade_answer::status::accepted) {
      asio::mutable_buffer to = *asio::buffer_sequence_begin(b);
      auto n = upgrade_->take(static_cast<char*>(to.data()), to.size());
      if (upgrade_->all_taken()) {
        rest_ = upgrade_->rest();
        upgrade_.reset();
      }
      asio::post(get_executor(),
                 boost::beast::bind_front_handler(
                     std::move(h), boost::beast::error_code{}, n));
      return;
    }
    auto on = asio::get_associated_executor(h, get_executor());
    read_raw(asio::buffer(answer_),
             asio::bind_executor(
                 on, [this, b, h = std::move(h)](boost::beast::error_code ec,
                                                 std::size_t n) mutable {
                   auto state = ec ? upgrade_->end()
                                   : upgrade_->feed({answer_.data(), n});
                   if (ec && state != upgrade_answer::status::refused)
                     h(ec, 0); // the network's fault
                   else if (state == upgrade_answer::status::refused
                            || state == upgrade_answer::status::failed)
                     h(asio::error::connection_refused, 0);
                   else
                     read_upgrade(b, std::move(h));
                 }));
  }

  next_layer_type tcp_;
  std::optional<tls_stream> tls_;
  std::unique_ptr<upgrade_answer> upgrade_;
  std::string rest_;
  std::array<char, 4096> answer_;
};

/// Found by Beast when a WebSocket over this stream has closed. TLS is not
/// shut down politely: the WebSocket close handshake has already said it all.
inline void teardown(boost::beast::role_type role, wire_stream& stream,
                     boost::beast::error_code& ec) {
  using boost::beast::websocket::teardown;
  teardown(role, stream.next_layer().socket(), ec);
}

template <class Handler>
void async_teardown(boost::beast::role_type role, wire_stream& stream,
                    Handler&& handler) {
  using boost::beast::websocket::async_teardown;
  async_teardown(role, stream.next_layer().socket(),
                 std::forward<Handler>(handler));
}

} // namespace muster
