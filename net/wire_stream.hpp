#pragma once

#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/teardown.hpp>

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

  /// The TLS half; only when encrypted().
  boost::asio::ssl::stream<next_layer_type&>& tls() { return *tls_; }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, signature>(
        [this](auto&& h, const Buffers& b) {
          if (tls_)
            tls_->async_read_some(b, std::forward<decltype(h)>(h));
          else
            tcp_.async_read_some(b, std::forward<decltype(h)>(h));
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

private:
  using signature = void(boost::beast::error_code, std::size_t);

  next_layer_type tcp_;
  std::optional<boost::asio::ssl::stream<next_layer_type&>> tls_;
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
