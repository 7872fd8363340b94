#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <openssl/ssl.h>

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
        [this, type](auto&& h) {
          begin(type);
          auto step = [this](error_code& ec, std::size_t&) {
            return shake_hands(ec);
          };
          run(step, without_size(std::forward<decltype(h)>(h)), false);
        },
        handler);
  }

  /// As much as there is and fits.
  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, signature>(
        [this](auto&& h, const Buffers& b) {
          auto to = first_of<boost::asio::mutable_buffer>(b);
          run([this, to](error_code& ec,
                         std::size_t& n) { return try_read(to, ec, n); },
              std::forward<decltype(h)>(h), false);
        },
        handler, buffers);
  }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, signature>(
        [this](auto&& h, const Buffers& b) {
          auto from = first_of<boost::asio::const_buffer>(b);
          run([this, from](error_code& ec,
                           std::size_t& n) { return try_write(from, ec, n); },
              std::forward<decltype(h)>(h), false);
        },
        handler, buffers);
  }

private:
  using signature = void(error_code, std::size_t);
  using socket = boost::asio::ip::tcp::socket;

  struct freer {
    void operator()(SSL* x) const { SSL_free(x); }
  };

  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& all) {
    auto end = boost::asio::buffer_sequence_end(all);
    for (auto i = boost::asio::buffer_sequence_begin(all); i != end; ++i)
      if (Buffer x = *i; x.size() > 0)
        return x;
    return {};
  }

  template <class Handler>
  auto without_size(Handler&& h) {
    auto on = boost::asio::get_associated_executor(h, get_executor());
    return boost::asio::bind_executor(
        on, [h = std::forward<Handler>(h)](error_code ec, std::size_t) mutable {
          h(ec);
        });
  }

  /// Does `step` until it is done. `inside`: not called by who waits for it.
  template <class Step, class Handler>
  void run(Step step, Handler&& h, bool inside) {
    error_code ec;
    std::size_t n = 0;
    auto what = step(ec, n);
    auto on = boost::asio::get_associated_executor(h, get_executor());
    if (what == next::done) {
      if (inside)
        h(ec, n);
      else
        boost::asio::post(on, boost::beast::bind_front_handler(
                                  std::forward<Handler>(h), ec, n));
      return;
    }
    tcp_.socket().async_wait(
        what == next::wait_to_read ? socket::wait_read : socket::wait_write,
        boost::asio::bind_executor(on,
                                   [this, step, h = std::forward<Handler>(h)](
                                       error_code failed) mutable {
                                     if (failed)
                                       h(failed, 0);
                                     else
                                       run(step, std::move(h), true);
                                   }));
  }

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
