#include "net/dialer.hpp"

#include <concepts>
#include <utility>

#include "net/tls_impl.hpp"

namespace muster {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

dialer::dialer(strand on, const settings& cfg)
    : resolve_timeout_(cfg.resolve_timeout),
      connect_timeout_(cfg.connect_timeout),
      handshake_timeout_(cfg.handshake_timeout), resolver_(on), timer_(on) {}

void dialer::dial(const std::shared_ptr<wire_stream>& stream, const url& to,
                  handler done) {
  stream_ = stream;
  to_ = to;
  done_ = std::move(done);
  resolve();
}

void dialer::cancel() {
  done_ = nullptr;
  stream_.reset();
  timer_.cancel();
  resolver_.cancel();
}

/// A completion handler that does nothing after the end. It keeps the stream,
/// which must outlive what is under way on it.
template <class F>
auto dialer::then(F f) {
  return [ self = shared_from_this(), stream = stream_.lock(), f ](
      error_code ec,
      auto&&... xs) requires std::invocable<const F&, wire_stream&, error_code,
                                            decltype(xs)...> {
    if (self->done_)
      f(*stream, ec, std::forward<decltype(xs)>(xs)...);
  };
}

void dialer::expect_within(timespan limit, const char* what) {
  timer_.expires_after(limit);
  timer_.async_wait(
      then([this, what, due = timer_.expiry()](wire_stream&, error_code ec) {
        // The next step may have begun while this was under way.
        if (!ec && timer_.expiry() == due)
          finish(errc::timed_out,
                 std::string{what} + " " + to_.host + " took too long");
      }));
}

void dialer::resolve() {
  expect_within(resolve_timeout_, "looking up");
  resolver_.async_resolve(
      to_.host, std::to_string(to_.port),
      then([this](wire_stream& stream, error_code ec, const auto& endpoints) {
        if (ec)
          finish(errc::resolve_failed,
                 "cannot resolve " + to_.host + ": " + ec.message());
        else
          connect(stream, endpoints);
      }));
}

void dialer::connect(wire_stream& stream,
                     const asio::ip::tcp::resolver::results_type& endpoints) {
  expect_within(connect_timeout_, "connecting to");
  stream.next_layer().async_connect(
      endpoints, then([this](wire_stream& stream, error_code ec, const auto&) {
        if (ec) {
          finish(errc::connect_failed,
                 "cannot connect to " + to_.authority() + ": " + ec.message());
          return;
        }
        error_code ignored;
        stream.next_layer().socket().set_option(asio::ip::tcp::no_delay{true},
                                                ignored);
        if (stream.encrypted())
          shake_hands(stream);
        else
          finish({}, {});
      }));
}

void dialer::shake_hands(wire_stream& stream) {
  expect_within(handshake_timeout_, "the TLS handshake with");
  if (!expect_host(stream.tls(), to_.host)) {
    finish(errc::tls_failed, "the host name cannot be used with TLS");
    return;
  }
  stream.tls().async_handshake(
      asio::ssl::stream_base::client, then([this](wire_stream&, error_code ec) {
        if (!ec) {
          finish({}, {});
          return;
        }
        auto code = tls_failure(ec);
        finish(code, code == errc::certificate_refused
                         ? "the certificate of " + to_.authority()
                               + " could not be verified; check the CA file "
                                 "and the host name"
                         : "TLS with " + to_.authority()
                               + " failed: " + ec.message());
      }));
}

void dialer::finish(errc code, std::string sentence) {
  auto done = std::exchange(done_, nullptr);
  cancel();
  done(code, std::move(sentence));
}

} // namespace muster
