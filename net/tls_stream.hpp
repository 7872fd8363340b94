#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <openssl/ssl.h>

#include "net/io_handler.hpp"

namespace muster {

/// TLS over a TCP stream, as Asio's, but for what lies between: OpenSSL reads
/// the socket itself, 64 kB at a time, and decrypts into the buffers that it is
/// given; what it needs for that is freed while nothing comes. The timeouts of
/// the stream below do not hold for it. Internal to the units that include
/// Asio; not thread-safe, use it on one strand.
class tls_stream {
public:
  using next_layer_type = boost::beast::tcp_stream;
  using executor_type = next_layer_type::executor_type;
  using handshake_type = boost::asio::ssl::stream_base::handshake_type;
  using error_code = boost::beast::error_code;
  using verifier = std::function<bool(bool, boost::asio::ssl::verify_context&)>;

  /// Both must outlive it. Throws std::bad_alloc.
  tls_stream(next_layer_type& tcp, boost::asio::ssl::context& context);

  tls_stream(const tls_stream&) = delete;
  tls_stream& operator=(const tls_stream&) = delete;

  /// What one who reads or writes has to do now.
  enum class next { done, wait_to_read, wait_to_write };

  executor_type get_executor() { return tcp_.get_executor(); }
  SSL* native_handle() { return ssl_.get(); }

  /// Decrypts into `to` what there is, `n` bytes, without waiting; at the most
  /// a share, so that others have their turn.
  next try_read(boost::asio::mutable_buffer to, error_code& ec, std::size_t& n);

  /// Encrypts some of `from`, `n` bytes. Who has to wait tries the same bytes
  /// again.
  next try_write(boost::asio::const_buffer from, error_code& ec,
                 std::size_t& n);

  /// Is asked about each certificate of the peer; must not throw.
  void set_verify_callback(verifier f, error_code& ec);

  template <class Handler>
  auto async_handshake(handshake_type type, Handler&& handler) {
    return boost::asio::async_initiate<Handler, void(error_code)>(
        [this](auto&& h, handshake_type t) {
          start_handshake(t, io_handler{[h = std::forward<decltype(h)>(h)](
                                            error_code ec,
                                            std::size_t) mutable { h(ec); }});
        },
        handler, type);
  }

  /// As much as there is and fits.
  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, signature>(
        [this](auto&& h, boost::asio::mutable_buffer to) {
          start_read(to, io_handler{std::forward<decltype(h)>(h)});
        },
        handler, first_of<boost::asio::mutable_buffer>(buffers));
  }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, signature>(
        [this](auto&& h, boost::asio::const_buffer from) {
          start_write(from, io_handler{std::forward<decltype(h)>(h)});
        },
        handler, first_of<boost::asio::const_buffer>(buffers));
  }

  void start_handshake(handshake_type type, io_handler h);
  void start_read(boost::asio::mutable_buffer to, io_handler h);
  void start_write(boost::asio::const_buffer from, io_handler h);

  /// The first of several buffers with anything in it.
  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& all) {
    auto end = boost::asio::buffer_sequence_end(all);
    for (auto i = boost::asio::buffer_sequence_begin(all); i != end; ++i)
      if (Buffer x = *i; x.size() > 0)
        return x;
    return {};
  }

private:
  using signature = void(error_code, std::size_t);

  struct freer {
    void operator()(SSL* x) const { SSL_free(x); }
  };

  /// Does `step` until it is done. `inside`: not called by who waits for it.
  template <class Step>
  void run(Step step, io_handler h, bool inside);
  void begin(handshake_type type);
  next shake_hands(error_code& ec);
  /// What to do now that OpenSSL has given `result`, no success.
  next after(int result, error_code& ec);

  next_layer_type& tcp_;
  std::unique_ptr<SSL, freer> ssl_;
  verifier verifier_;
  /// Of a read that had brought something before.
  error_code later_;
};

} // namespace muster
