// How a link begins: TCP, TLS with certificates on both sides, hellos.

#include <array>
#include <string_view>
#include <utility>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>

#include "messages/errc.hpp"
#include "net/guarded.hpp"
#include "net/tls_impl.hpp"
#include "net/tls_link.hpp"

namespace muster {

namespace asio = boost::asio;

namespace {

/// Name and version of what is spoken; a byte with the length of the hello
/// follows.
constexpr std::string_view magic{"muster\x01", 7};

} // namespace

void tls_link::accept(socket from, handler told) {
  told_ = std::move(told);
  guarded([&] { open(std::move(from)); },
          [this](const std::string& what) { shut(what); });
}

void tls_link::dial(const std::string& host, std::uint16_t port,
                    node_door::hello_check check, handler told) {
  told_ = std::move(told);
  check_ = std::move(check);
  info_.dialed = true;
  auto& io = cfg_->io;
  dialer_ = std::make_shared<dialer>(asio::make_strand(io), settings{});
  auto tcp = std::make_shared<wire_stream>(
      boost::beast::tcp_stream{io.get_executor()}, nullptr);
  url to;
  to.scheme = "tcp";
  to.host = host;
  to.port = port;
  dialer_->dial(
      tcp, to, [self = shared_from_this(), tcp](errc code, std::string why) {
        if (code != errc{}) {
          self->shut(why);
          return;
        }
        guarded([&] { self->open(std::move(tcp->next_layer().socket())); },
                [&](const std::string& what) { self->shut(what); });
      });
}

void tls_link::open(socket from) {
  error_code ec;
  auto peer = from.remote_endpoint(ec);
  if (ec) {
    shut(ec.message());
    return;
  }
  info_.address = peer.address().to_string();
  info_.port = peer.port();
  from.set_option(asio::ip::tcp::no_delay{true}, ec);
  // Children of this process would keep it open.
  fcntl(from.native_handle(), F_SETFD, FD_CLOEXEC);
  stream_.emplace(std::move(from), cfg_->keys->get().context);
  expect_within(cfg_->terms.handshake_within, "it took too long to say hello");
  if (watch_certificate())
    shake_hands();
  else
    shut("out of memory");
}

bool tls_link::watch_certificate() {
  error_code ec;
  auto self = weak_from_this();
  stream_->set_verify_callback(
      [self](bool fits, asio::ssl::verify_context& x) {
        auto link = self.lock();
        if (fits || !link)
          return fits;
        try { // nothing may be thrown through OpenSSL
          auto store = x.native_handle();
          link->fault_ = read_fault(X509_STORE_CTX_get_error(store),
                                    X509_STORE_CTX_get_error_depth(store),
                                    X509_STORE_CTX_get_current_cert(store));
        } catch (...) {
        }
        return false;
      },
      ec);
  return !ec;
}

template <class F>
auto tls_link::step(F f) {
  return then([this, f](error_code ec, auto&&...) {
    if (ec)
      shut(failure(ec));
    else
      f();
  });
}

void tls_link::shake_hands() {
  auto side = info_.dialed ? asio::ssl::stream_base::client
                           : asio::ssl::stream_base::server;
  stream_->async_handshake(side, step([this] { say_hello(); }));
}

void tls_link::say_hello() {
  certified_ = true;
  greeting_ = magic;
  greeting_ += static_cast<char>(cfg_->terms.hello.size());
  greeting_ += cfg_->terms.hello;
  if (info_.dialed)
    hear_hello();
  else
    asio::async_write(*stream_, asio::buffer(greeting_),
                      step([this] { hear_hello(); }));
}

void tls_link::hear_hello() {
  in_.resize(magic.size() + 1);
  asio::async_read(*stream_, asio::buffer(in_), step([this] {
    if (std::string_view{in_.data(), magic.size()} != magic) {
      shut("it speaks something else, or another version of it; use one "
           "version of muster on all machines");
      return;
    }
    in_.resize(static_cast<unsigned char>(in_.back()));
    asio::async_read(*stream_, asio::buffer(in_),
                     step([this] { heard_hello(); }));
  }));
}

void tls_link::heard_hello() {
  info_.hello.assign(in_.begin(), in_.end());
  in_.clear();
  timer_.expires_at(std::chrono::steady_clock::time_point::max());
  if (check_)
    if (auto wrong = check_(info_.hello); !wrong.empty()) {
      shut(wrong);
      return;
    }
  if (info_.dialed)
    asio::async_write(*stream_, asio::buffer(greeting_),
                      step([this] { opened(); }));
  else
    opened();
}

void tls_link::opened() {
  dialer_ = nullptr;
  std::exchange(told_, nullptr)(shared_from_this(), {});
}

std::string tls_link::failure(const error_code& ec) {
  if (fault_)
    switch (fault_->kind) {
    case certificate_fault::kind::expired:
      if (fault_->in_issuer)
        return "our CA has expired on " + fault_->when
               + ", if the clock here is right; all processes need new keys";
      return "its certificate has expired on " + fault_->when
             + ", if the clock here is right; it needs a new one of our CA";
    case certificate_fault::kind::not_yet_valid:
      return "its certificate is not valid before " + fault_->when
             + "; set the clocks";
    case certificate_fault::kind::unknown_issuer:
    case certificate_fault::kind::self_signed:
      return "its certificate is not signed by the CA of ca.pem here; make "
             "all of them with one `muster certs`";
    default:
      return "its certificate does not fit: " + fault_->reason;
    }
  if (ec == asio::error::eof || ec == asio::ssl::error::stream_truncated
      || ec == asio::error::connection_reset) {
    hung_up_ = true;
    return "it hung up before it had said hello";
  }
  if (ec.category() == asio::error::get_ssl_category()) {
    auto code = static_cast<unsigned long>(ec.value());
    auto why = std::string{ec.message()};
    if (ERR_GET_REASON(code) == SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED)
      return "the certificate of this process has expired, if the clock there "
             "is right; it needs a new one, and to be started again";
    if (ERR_GET_REASON(code) >= SSL_AD_REASON_OFFSET)
      return "it has refused the certificate of this process (" + why
             + "); make all of them with one `muster certs`";
    return "it speaks no TLS with a certificate of ours (" + why + ')';
  }
  return ec.message();
}

} // namespace muster
