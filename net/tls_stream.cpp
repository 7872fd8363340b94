#include "net/tls_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <new>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <openssl/err.h>

#include "net/socket_bio.hpp"

namespace muster {

namespace asio = boost::asio;

namespace {

/// Four records.
constexpr std::size_t read_ahead = std::size_t{66} << 10;

/// Where an SSL keeps its tls_stream.
int stream_place() {
  static const auto result = [] {
    auto made = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    if (made < 0)
      throw std::bad_alloc{};
    return made;
  }();
  return result;
}

void forget_errors() {
  ERR_clear_error();
  errno = 0;
}

} // namespace

tls_stream::tls_stream(next_layer_type& tcp, asio::ssl::context& context)
    : tcp_(tcp), ssl_(SSL_new(context.native_handle())) {
  if (!ssl_ || SSL_set_ex_data(ssl_.get(), stream_place(), this) != 1)
    throw std::bad_alloc{};
  auto bio = make_socket_bio(tcp_.socket());
  SSL_set_bio(ssl_.get(), bio, bio);
  // To renegotiate is to read while it writes, and so past who waits to read.
  SSL_set_options(ssl_.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE
                               | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                               | SSL_MODE_RELEASE_BUFFERS);
  SSL_set_read_ahead(ssl_.get(), 1);
  SSL_set_default_read_buffer_len(ssl_.get(), read_ahead);
}

void tls_stream::set_verify_callback(verifier f, error_code& ec) {
  ec = {};
  verifier_ = std::move(f);
  SSL_set_verify(ssl_.get(), SSL_get_verify_mode(ssl_.get()),
                 [](int good, X509_STORE_CTX* x) {
                   auto ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(
                       x, SSL_get_ex_data_X509_STORE_CTX_idx()));
                   auto self = static_cast<tls_stream*>(
                       SSL_get_ex_data(ssl, stream_place()));
                   asio::ssl::verify_context about{x};
                   return self->verifier_(good == 1, about) ? 1 : 0;
                 });
}

template <class Step>
void tls_stream::run(Step step, io_handler h, bool inside) {
  error_code ec;
  std::size_t n = 0;
  auto what = step(ec, n);
  if (what == next::done) {
    if (inside)
      h(ec, n);
    else
      asio::post(get_executor(),
                 boost::beast::bind_front_handler(std::move(h), ec, n));
    return;
  }
  using socket = asio::ip::tcp::socket;
  tcp_.socket().async_wait(
      what == next::wait_to_read ? socket::wait_read : socket::wait_write,
      [this, step, h = std::move(h)](error_code failed) mutable {
        if (failed)
          h(failed, 0);
        else
          run(step, std::move(h), true);
      });
}

void tls_stream::start_handshake(handshake_type type, io_handler h) {
  begin(type);
  run([this](error_code& ec, std::size_t&) { return shake_hands(ec); },
      std::move(h), false);
}

void tls_stream::start_read(asio::mutable_buffer to, io_handler h) {
  run([this, to](error_code& ec,
                 std::size_t& n) { return try_read(to, ec, n); },
      std::move(h), false);
}

void tls_stream::start_write(asio::const_buffer from, io_handler h) {
  run([this, from](error_code& ec,
                   std::size_t& n) { return try_write(from, ec, n); },
      std::move(h), false);
}

void tls_stream::begin(handshake_type type) {
  error_code ignored; // reading says what is wrong with it
  tcp_.socket().native_non_blocking(true, ignored);
  if (type == asio::ssl::stream_base::client)
    SSL_set_connect_state(ssl_.get());
  else
    SSL_set_accept_state(ssl_.get());
}

tls_stream::next tls_stream::shake_hands(error_code& ec) {
  forget_errors();
  auto result = SSL_do_handshake(ssl_.get());
  return result == 1 ? next::done : after(result, ec);
}

tls_stream::next tls_stream::try_read(asio::mutable_buffer to, error_code& ec,
                                      std::size_t& n) {
  if (to.size() > 0 && later_) {
    ec = std::exchange(later_, {});
    return next::done;
  }
  to = asio::buffer(to, read_ahead); // others have their turn, too
  while (to.size() > 0) {
    forget_errors();
    auto result =
        SSL_read(ssl_.get(), to.data(),
                 static_cast<int>(std::min<std::size_t>(to.size(), INT_MAX)));
    if (result <= 0) {
      if (n == 0)
        return after(result, ec);
      after(result, later_); // it does not say so twice
      break;
    }
    n += static_cast<std::size_t>(result);
    to += static_cast<std::size_t>(result);
  }
  return next::done;
}

tls_stream::next tls_stream::try_write(asio::const_buffer from, error_code& ec,
                                       std::size_t& n) {
  if (from.size() == 0)
    return next::done;
  forget_errors();
  auto result =
      SSL_write(ssl_.get(), from.data(),
                static_cast<int>(std::min<std::size_t>(from.size(), INT_MAX)));
  if (result <= 0)
    return after(result, ec);
  n = static_cast<std::size_t>(result);
  return next::done;
}

tls_stream::next tls_stream::after(int result, error_code& ec) {
  auto system_error = errno;
  auto why = ERR_peek_last_error();
  switch (SSL_get_error(ssl_.get(), result)) {
  case SSL_ERROR_WANT_READ:
    if (BIO_eof(SSL_get_rbio(ssl_.get())) == 0)
      return next::wait_to_read;
    ec = make_error_code(asio::ssl::error::stream_truncated);
    break;
  case SSL_ERROR_WANT_WRITE:
    return next::wait_to_write;
  case SSL_ERROR_ZERO_RETURN:
    ec = asio::error::eof;
    break;
  case SSL_ERROR_SYSCALL:
    ec = why != 0 ? error_code{static_cast<int>(why),
                               asio::error::get_ssl_category()}
         : system_error != 0
             ? error_code{system_error, asio::error::get_system_category()}
             : make_error_code(asio::ssl::error::stream_truncated);
    break;
  default:
    ec = {static_cast<int>(why), asio::error::get_ssl_category()};
  }
  ERR_clear_error();
  return next::done;
}

} // namespace muster
