#include "net/ws_connection.hpp"

#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "net/dialer.hpp"
#include "net/guarded.hpp"
#include "net/io_context.hpp"
#include "net/opcode.hpp"
#include "net/tls_impl.hpp"
#include "net/url.hpp"
#include "net/wire_stream.hpp"
#include "net/ws_stream.hpp"
#include "net/ws_upgrade.hpp"

namespace muster {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// Opens a WebSocket and keeps it within its lease and window.
class ws_connection final : public connection,
                            public ws_stream::owner,
                            public std::enable_shared_from_this<ws_connection> {
public:
  ws_connection(io_loop::context& loop, std::shared_ptr<tls_context> tls,
                const settings& cfg,
                std::shared_ptr<const proxy_policy> proxies,
                std::shared_ptr<const lease_term> term,
                std::shared_ptr<connection_sink> sink)
      : tls_(std::move(tls)), cfg_(cfg), term_(std::move(term)),
        sink_(std::move(sink)), strand_(asio::make_strand(loop.io)),
        dialer_(std::make_shared<dialer>(strand_, cfg_, std::move(proxies))),
        upgrade_(std::make_shared<ws_upgrade>(strand_, cfg_)),
        term_timer_(strand_) {}

  void open(std::string text) override {
    post([text = std::move(text)](auto& self) { self.dial(text); });
  }

  void send(std::string text, std::uint64_t ticket) override {
    post([text = std::move(text), ticket](auto& self) mutable {
      if (self.done_)
        return;
      if (self.ws_)
        self.ws_->send(std::move(text), ticket);
      else
        self.unsent_.emplace_back(std::move(text), ticket);
    });
  }

  void consumed(std::size_t bytes) override {
    post([bytes](auto& self) {
      self.unconsumed_ -= std::min(bytes, self.unconsumed_);
      if (self.ws_ && !self.done_)
        self.ws_->read_on();
    });
  }

  void close(std::uint16_t code) override {
    post([code](auto& self) {
      self.begin_close(code, errc::connection_lost, "closed");
    });
  }

private:
  static constexpr const char* lapsed = "the lease of this process has run out";

  template <class F>
  void guard(F&& f) {
    guarded(std::forward<F>(f), [this](std::string what) {
      finish(0, errc::connection_lost, std::move(what));
    });
  }

  template <class F>
  void post(F f) {
    asio::post(strand_,
               [self = shared_from_this(), f = std::move(f)]() mutable {
                 self->guard([&] { f(*self); });
               });
  }

  /// Ends the connection if the lease has (C2).
  bool has_lapsed() {
    if (!term_ || term_->now() < term_->aborts_at())
      return false;
    finish(0, errc::store_away, lapsed);
    return true;
  }

  /// Closes in time, and ends what has not closed by the end of the lease.
  void watch_term() {
    if (!term_ || has_lapsed())
      return;
    auto now = term_->now();
    auto over = now >= term_->closes_at();
    if (over)
      begin_close(close_code::unknown_error, errc::store_away, lapsed);
    auto due = over ? term_->aborts_at() : term_->closes_at();
    // It may be renewed until then, and not yet have begun.
    auto wait = due == never ? timespan{cfg_.node_timeout} : due - now;
    term_timer_.expires_after(wait);
    term_timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec && !self->done_)
        self->guard([&] { self->watch_term(); });
    });
  }

  // -- opening ----------------------------------------------------------------

  std::shared_ptr<wire_stream> wire() { return {shared_from_this(), &*wire_}; }

  void dial(const std::string& text) {
    watch_term();
    if (done_)
      return;
    auto parsed = parse_url(text);
    if (!parsed) {
      finish(0, errc::resolve_failed, "the gateway's URL is not usable");
      return;
    }
    url_ = *std::move(parsed);
    wire_.emplace(boost::beast::tcp_stream{strand_},
                  url_.encrypted() ? &tls_->get().context : nullptr);
    dialer_->dial(wire(), url_, [this](errc code, std::string sentence) {
      guard([&] {
        if (code != errc{})
          finish(0, code, std::move(sentence));
        else
          upgrade();
      });
    });
  }

  void upgrade() {
    upgrade_->ask(
        wire(), url_,
        [this](errc code, std::string sentence, timespan retry_after) {
          guard([&] {
            if (code != errc{})
              finish(0, code, std::move(sentence), retry_after);
            else
              upgraded();
          });
        });
  }

  void upgraded() {
    dialer_.reset(); // an idle connection should be small
    upgrade_.reset();
    ws_.emplace(
        *wire_, *this,
        message_intake{cfg_.max_payload, cfg_.compress != compression::none},
        cfg_.close_timeout);
    sink_->opened();
    for (auto& [text, ticket] : std::exchange(unsent_, {}))
      ws_->send(std::move(text), ticket);
    ws_->start();
  }

  // -- of an open WebSocket ---------------------------------------------------

  std::shared_ptr<void> keep() override { return shared_from_this(); }

  bool may_go_on() override { return !has_lapsed(); }

  bool has_room() override { return unconsumed_ < read_window; }

  void take(message_intake::result x, bool binary) override {
    using kind = message_intake::kind;
    unconsumed_ += x.bytes.size() + frame_overhead;
    switch (x.kind) {
    case kind::message:
      sink_->received(std::move(x.bytes), binary);
      break;
    case kind::piece:
      sink_->received_piece(std::move(x.bytes));
      break;
    case kind::skipped:
      sink_->skipped(std::move(x.bytes), x.size);
      break;
    default:
      finish(0, errc::payload_limit_exceeded,
             "a payload is too large even to be skipped, more than "
                 + std::to_string(skip_limit(cfg_.max_payload)) + " bytes");
    }
  }

  void written(std::uint64_t ticket) override { sink_->written(ticket); }

  void ended(std::uint16_t code, errc error, std::string reason) override {
    finish(code, error, std::move(reason));
  }

  // -- the end ----------------------------------------------------------------

  void begin_close(std::uint16_t code, errc error, const char* why) {
    if (done_)
      return;
    if (ws_)
      ws_->close(code, error, why);
    else
      finish(0, error,
             error == errc::store_away ? why : "closed without a handshake");
  }

  void finish(std::uint16_t code, errc error, std::string reason,
              timespan retry_after = timespan{0}) {
    if (done_)
      return;
    done_ = true;
    term_timer_.cancel();
    if (dialer_)
      dialer_->cancel();
    if (upgrade_)
      upgrade_->cancel();
    if (ws_)
      ws_->stop();
    if (wire_) {
      auto& socket = wire_->next_layer().socket();
      error_code ignored;
      // What the system still holds must not arrive by a mended cable (C2).
      if (!ws_ || !ws_->peer_closed())
        socket.set_option(asio::socket_base::linger{true, 0}, ignored);
      socket.close(ignored);
    }
    sink_->closed(code, error, std::move(reason), retry_after);
    sink_.reset();
  }

  std::shared_ptr<tls_context> tls_;
  settings cfg_;
  std::shared_ptr<const lease_term> term_;
  std::shared_ptr<connection_sink> sink_;
  asio::strand<asio::io_context::executor_type> strand_;
  std::shared_ptr<dialer> dialer_;
  std::shared_ptr<ws_upgrade> upgrade_;
  asio::steady_timer term_timer_;
  std::optional<wire_stream> wire_;
  std::optional<ws_stream> ws_;
  url url_;
  std::vector<std::pair<std::string, std::uint64_t>> unsent_;
  std::size_t unconsumed_ = 0;
  bool done_ = false;
};

} // namespace

connection_factory make_ws_factory(const io_loop& loop,
                                   std::shared_ptr<tls_context> tls,
                                   const settings& cfg,
                                   std::shared_ptr<const lease_term> term) {
  return [loop = loop.shared(), tls = std::move(tls), cfg,
          proxies = proxy_policy::of(cfg),
          term = std::move(term)](std::shared_ptr<connection_sink> sink) {
    // Handlers that wait in the loop keep a connection but not the loop, for
    // that would keep both for ever.
    auto made = std::make_shared<ws_connection>(*loop, tls, cfg, proxies, term,
                                                std::move(sink));
    connection* plain = made.get();
    return std::shared_ptr<connection>(
        plain,
        [loop, made = std::move(made)](connection*) mutable { made.reset(); });
  };
}

} // namespace muster
