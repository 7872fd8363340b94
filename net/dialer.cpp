#include "net/dialer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <utility>

#include <boost/asio/write.hpp>
#include <fcntl.h>

#include "net/guarded.hpp"
#include "net/http_refusal.hpp"
#include "net/proxy_handshake.hpp"
#include "net/tls_impl.hpp"

namespace muster {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

/// What is said to a proxy, which outlives the dialer's end.
struct dialer::asking {
  proxy_handshake words;
  std::string out;
  std::array<char, 1024> in{};
};

dialer::dialer(strand on, const settings& cfg,
               std::shared_ptr<const proxy_policy> proxies)
    : resolve_timeout_(cfg.resolve_timeout),
      connect_timeout_(cfg.connect_timeout),
      handshake_timeout_(cfg.handshake_timeout),
      user_agent_(shown(cfg.user_agent)), proxies_(std::move(proxies)),
      strand_(on), resolver_(on), timer_(on), stagger_(on) {}

void dialer::begin(const std::shared_ptr<wire_stream>& stream, const url& to,
                   handler done) {
  stream_ = stream;
  to_ = to;
  done_ = std::move(done);
}

void dialer::dial(const std::shared_ptr<wire_stream>& stream, const url& to,
                  handler done) {
  begin(stream, to, std::move(done));
  std::string wrong;
  proxy_ = proxies_ ? proxies_->proxy_for(to_, wrong) : nullptr;
  if (wrong.empty())
    resolve();
  else // directly may be what is not wanted
    finish(errc::connect_failed, wrong);
}

void dialer::dial(const std::shared_ptr<wire_stream>& stream, const url& to,
                  std::vector<endpoint> addresses, handler done) {
  begin(stream, to, std::move(done));
  connect(std::move(addresses));
}

void dialer::cancel() {
  done_ = nullptr;
  stream_.reset();
  timer_.cancel();
  stagger_.cancel();
  resolver_.cancel();
  for (auto& x : attempts_) {
    error_code ignored;
    x->close(ignored);
  }
  attempts_.clear();
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
      guarded([&] { f(*stream, ec, std::forward<decltype(xs)>(xs)...); },
              [&](std::string what) {
                if (self->done_)
                  self->finish(errc::connect_failed, std::move(what));
              });
  };
}

std::string dialer::first_hop() const {
  return proxy_ ? "the proxy " + proxy_->text() : to_.host;
}

void dialer::expect_within(timespan limit, const std::string& what) {
  timer_.expires_after(limit);
  timer_.async_wait(
      then([this, what, due = timer_.expiry()](wire_stream&, error_code ec) {
        // The next step may have begun while this was under way.
        if (!ec && timer_.expiry() == due)
          finish(errc::timed_out, what + " took too long");
      }));
}

void dialer::resolve() {
  expect_within(resolve_timeout_, "looking up " + first_hop());
  resolver_.async_resolve(
      proxy_ ? proxy_->host : to_.host,
      std::to_string(proxy_ ? proxy_->port : to_.port),
      then([this](wire_stream&, error_code ec, const auto& found) {
        if (ec)
          finish(errc::resolve_failed,
                 "cannot resolve " + first_hop() + ": " + ec.message());
        else
          connect({found.begin(), found.end()});
      }));
}

void dialer::connect(std::vector<endpoint> addresses) {
  addresses_ = std::move(addresses);
  std::vector<bool> is_v6;
  for (auto& x : addresses_)
    is_v6.push_back(x.address().is_v6());
  race_ = address_race{is_v6};
  last_failure_ = "it has no address";
  expect_within(connect_timeout_, "connecting to " + first_hop());
  race();
}

void dialer::race() {
  while (auto next = race_.next(std::chrono::steady_clock::now()))
    attempt(addresses_[*next]);
  if (race_.lost()) {
    finish(errc::connect_failed, "cannot connect to "
                                     + (proxy_ ? first_hop() : to_.authority())
                                     + ": " + last_failure_);
    return;
  }
  stagger_.cancel();
  if (race_.due() == never)
    return;
  stagger_.expires_at(race_.due());
  stagger_.async_wait(then([this](wire_stream&, error_code ec) {
    if (!ec && !attempts_.empty())
      race();
  }));
}

void dialer::attempt(const endpoint& to) {
  auto made = std::make_shared<socket>(strand_);
  attempts_.push_back(made);
  made->async_connect(
      to, then([this, made](wire_stream& stream, error_code ec) {
        auto i = std::find(attempts_.begin(), attempts_.end(), made);
        if (i == attempts_.end())
          return; // the race is over
        if (!ec) {
          connected(stream, *made);
          return;
        }
        attempts_.erase(i);
        last_failure_ = ec.message(); // of several, one will do
        race_.failed();
        race();
      }));
}

void dialer::connected(wire_stream& stream, socket& winner) {
  stagger_.cancel();
  error_code ignored;
  winner.set_option(asio::ip::tcp::no_delay{true}, ignored);
  // Children of this process would keep it open.
  fcntl(winner.native_handle(), F_SETFD, FD_CLOEXEC);
  stream.next_layer().socket() = std::move(winner);
  for (auto& x : attempts_) // those that are too late
    x->close(ignored);
  attempts_.clear();
  if (proxy_)
    ask_proxy();
  else
    reached(stream);
}

void dialer::ask_proxy() {
  expect_within(handshake_timeout_, "the answer of " + first_hop());
  talk(std::make_shared<asking>(
      asking{{*proxy_, to_.host, to_.port, user_agent_}, {}}));
}

void dialer::talk(const std::shared_ptr<asking>& x) {
  using status = proxy_handshake::status;
  auto stream = stream_.lock();
  auto& socket = stream->next_layer().socket();
  switch (x->words.state()) {
  case status::write:
    x->out = x->words.next();
    asio::async_write(socket, asio::buffer(x->out),
                      then([this, x](wire_stream&, error_code ec, std::size_t) {
                        if (ec)
                          x->words.end();
                        talk(x);
                      }));
    break;
  case status::more:
    socket.async_read_some(
        asio::buffer(x->in),
        then([this, x](wire_stream&, error_code ec, std::size_t n) {
          if (ec)
            x->words.end();
          else
            x->words.feed({x->in.data(), n});
          talk(x);
        }));
    break;
  case status::done:
    reached(*stream);
    break;
  case status::failed:
    finish(errc::connect_failed, x->words.sentence());
  }
}

void dialer::reached(wire_stream& stream) {
  if (stream.encrypted())
    shake_hands(stream);
  else
    finish({}, {});
}

void dialer::shake_hands(wire_stream& stream) {
  expect_within(handshake_timeout_, "the TLS handshake with " + to_.host);
  auto fault = std::make_shared<std::optional<certificate_fault>>();
  if (!expect_host(stream.tls(), to_.host, fault)) {
    finish(errc::tls_failed, "the host name cannot be used with TLS");
    return;
  }
  stream.tls().async_handshake(
      asio::ssl::stream_base::client,
      then([this, fault](wire_stream&, error_code ec) {
        if (!ec) {
          finish({}, {});
          return;
        }
        auto code = tls_failure(ec);
        finish(code, code == errc::certificate_refused && *fault
                         ? describe(**fault, to_.authority())
                         : "TLS with " + to_.authority()
                               + " failed: " + ec.message() + tls_mend(ec));
      }));
}

void dialer::finish(errc code, std::string sentence) {
  auto done = std::exchange(done_, nullptr);
  cancel();
  done(code, std::move(sentence));
}

} // namespace muster
