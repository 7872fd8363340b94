#include "net/ws_connection.hpp"

#include <chrono>
#include <concepts>
#include <deque>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket.hpp>

#include "net/dialer.hpp"
#include "net/guarded.hpp"
#include "net/http_refusal.hpp"
#include "net/io_context.hpp"
#include "net/message_intake.hpp"
#include "net/opcode.hpp"
#include "net/tls_impl.hpp"
#include "net/url.hpp"
#include "net/wire_stream.hpp"

namespace muster {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using beast::error_code;

class ws_connection final : public connection,
                            public std::enable_shared_from_this<ws_connection> {
public:
  ws_connection(io_loop::context& loop, std::shared_ptr<tls_context> tls,
                const settings& cfg, std::shared_ptr<const lease_term> term,
                std::shared_ptr<connection_sink> sink)
      : tls_(std::move(tls)), cfg_(cfg), term_(std::move(term)),
        sink_(std::move(sink)), strand_(asio::make_strand(loop.io)),
        dialer_(std::make_shared<dialer>(strand_, cfg_)), timer_(strand_),
        term_timer_(strand_),
        in_(cfg.max_payload, cfg.compress != compression::none) {}

  void open(std::string text) override {
    post([text = std::move(text)](auto& self) { self.dial(text); });
  }

  void send(std::string text, std::uint64_t ticket) override {
    post([text = std::move(text), ticket](auto& self) mutable {
      if (self.done_ || self.leaving())
        return;
      self.outbox_.push_back({std::move(text), ticket});
      if (self.open_ && self.outbox_.size() == 1)
        self.write();
    });
  }

  void consumed(std::size_t bytes) override {
    post([bytes](auto& self) {
      self.unconsumed_ -= std::min(bytes, self.unconsumed_);
      self.read_on();
    });
  }

  void close(std::uint16_t code) override {
    post([code](auto& self) { self.begin_close(code); });
  }

private:
  using stream = websocket::stream<wire_stream, false>;
  static constexpr const char* lapsed = "the lease of this process has run out";

  struct outgoing {
    std::string text;
    std::uint64_t ticket;
  };

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

  /// A completion handler that does nothing after the end.
  template <class F>
  auto then(F f) {
    return [ self = shared_from_this(), f ](
        error_code ec,
        auto&&... xs) requires std::invocable<const F&, ws_connection&,
                                              error_code, decltype(xs)...> {
      if (!self->done_)
        self->guard([&] { f(*self, ec, std::forward<decltype(xs)>(xs)...); });
    };
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
      begin_close(close_code::unknown_error, lapsed);
    auto due = over ? term_->aborts_at() : term_->closes_at();
    // It may be renewed until then, and not yet have begun.
    auto wait = due == never ? timespan{cfg_.node_timeout} : due - now;
    term_timer_.expires_after(wait);
    term_timer_.async_wait(then([](auto& self, error_code ec) {
      if (!ec)
        self.watch_term();
    }));
  }

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
    ws_.emplace(beast::tcp_stream{strand_},
                url_.encrypted() ? &tls_->get().context : nullptr);
    ws_->next_layer().hold_back_write_errors();
    dialer_->dial({shared_from_this(), &ws_->next_layer()}, url_,
                  [this](errc code, std::string sentence) {
                    guard([&] {
                      if (code != errc{})
                        finish(0, code, std::move(sentence));
                      else
                        upgrade();
                    });
                  });
  }

  void upgrade() {
    timer_.expires_after(cfg_.handshake_timeout);
    timer_.async_wait(then([](auto& self, error_code ec) {
      if (!ec && !self.open_)
        self.not_upgraded(asio::error::timed_out);
    }));
    ws_->set_option(websocket::stream_base::decorator(
        [agent = shown(cfg_.user_agent)](websocket::request_type& request) {
          request.set(beast::http::field::user_agent, agent);
        }));
    ws_->read_message_max(0); // in_ does that
    ws_->auto_fragment(false);
    ws_->text(true);
    ws_->next_layer().expect_upgrade();
    ws_->async_handshake(url_.authority(), url_.target,
                         then([](auto& self, error_code ec) {
                           if (ec)
                             self.not_upgraded(ec);
                           else
                             self.upgraded();
                         }));
  }

  void upgraded() {
    timer_.cancel();
    open_ = true;
    sink_->opened();
    if (!outbox_.empty())
      write();
    read_on();
  }

  void not_upgraded(error_code ec) {
    auto answer = ws_->next_layer().upgrade();
    auto state =
        answer == nullptr ? upgrade_answer::status::accepted : answer->end();
    if (ec == asio::error::timed_out
        && state != upgrade_answer::status::refused) {
      finish(0, errc::timed_out, "the WebSocket handshake took too long");
      return;
    }
    auto who = "the WebSocket handshake with " + url_.authority();
    if (state == upgrade_answer::status::refused) {
      auto wait =
          asked_to_wait(answer->answer(), std::chrono::system_clock::now());
      auto what = who + " was refused: " + answer->sentence();
      if (wait > timespan{0})
        what += "; it asks to wait "
                + std::to_string(wait / std::chrono::seconds{1}) + " s";
      finish(0, errc::handshake_failed, std::move(what), wait);
    } else {
      auto said =
          state == upgrade_answer::status::failed
          && (ec == asio::error::connection_refused || ec == asio::error::eof);
      finish(0, errc::handshake_failed,
             who + " failed: " + (said ? answer->sentence() : ec.message()));
    }
  }

  bool leaving() const { return closing_ != nullptr || broken_; }

  void read_on() {
    if (done_ || !open_ || reading_ || closing_
        || (unconsumed_ >= read_window && !broken_))
      return;
    reading_ = true;
    auto room = in_.prepare(ws_->read_size_hint(std::size_t{16} << 10));
    ws_->async_read_some(asio::mutable_buffer{room.data, room.size},
                         then([](auto& self, error_code ec, std::size_t n) {
                           self.reading_ = false;
                           if (self.has_lapsed())
                             return;
                           if (ec) {
                             self.lost(ec);
                             return;
                           }
                           // When broken, only the end is of interest.
                           if (!self.broken_)
                             self.take(n);
                           self.read_on();
                         }));
  }

  void take(std::size_t n) {
    auto x = in_.take(n, ws_->got_binary(), ws_->is_message_done());
    using kind = message_intake::kind;
    if (x.kind == kind::nothing)
      return;
    unconsumed_ += x.bytes.size() + frame_overhead;
    switch (x.kind) {
    case kind::message:
      sink_->received(std::move(x.bytes), ws_->got_binary());
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

  void write() {
    if (has_lapsed())
      return;
    ws_->async_write(asio::buffer(outbox_.front().text),
                     then([](auto& self, error_code ec, std::size_t) {
                       if (ec || self.ws_->next_layer().write_error()) {
                         self.look_for_close();
                         return;
                       }
                       self.sink_->written(self.outbox_.front().ticket);
                       self.outbox_.pop_front();
                       if (!self.outbox_.empty() && !self.leaving())
                         self.write();
                     }));
  }

  /// Nothing can be written any more. Before it went, the gateway may have
  /// said why; that is read for a while, also beyond the window.
  void look_for_close() {
    if (leaving())
      return;
    broken_ = true;
    finish_within(cfg_.close_timeout);
    read_on();
  }

  /// Reading has ended.
  void lost(error_code ec) {
    std::uint16_t code = ws_->reason().code;
    // "No status" and "abnormal" are no codes of the peer's.
    if (code == 1005 || code == 1006)
      code = 0;
    if (ec == websocket::error::closed) {
      finish(code, errc::connection_lost, "closed by the gateway");
    } else if (ec == websocket::error::bad_frame_payload) {
      finish(0, errc::malformed_json, "a payload is not UTF-8");
    } else if (!closing_) {
      if (auto first = ws_->next_layer().write_error())
        ec = first;
      finish(code, errc::connection_lost,
             "the connection was lost: " + ec.message());
    }
  }

  void begin_close(std::uint16_t code, const char* why = "closed") {
    if (done_ || closing_)
      return;
    if (!open_ || broken_) {
      if (why == lapsed)
        finish(0, errc::store_away, lapsed);
      else
        finish(0, errc::connection_lost, "closed without a handshake");
      return;
    }
    closing_ = why;
    finish_within(cfg_.close_timeout);
    ws_->async_close(websocket::close_reason{code},
                     then([](auto& self, error_code) {
                       self.finish(0, self.why_closing(), self.closing_);
                     }));
  }

  errc why_closing() const {
    return closing_ == lapsed ? errc::store_away : errc::connection_lost;
  }

  void finish_within(timespan limit) {
    timer_.expires_after(limit);
    timer_.async_wait(then([](auto& self, error_code ec) {
      if (!ec)
        self.finish(0, self.why_closing(),
                    self.closing_ != nullptr ? self.closing_
                                             : "the connection was lost");
    }));
  }

  void finish(std::uint16_t code, errc error, std::string reason,
              timespan retry_after = timespan{0}) {
    if (done_)
      return;
    done_ = true;
    timer_.cancel();
    term_timer_.cancel();
    dialer_->cancel();
    if (ws_) {
      error_code ignored;
      // What the system still holds must not arrive by a mended cable (C2).
      if (ws_->reason().code == websocket::close_code::none)
        tcp().socket().set_option(asio::socket_base::linger{true, 0}, ignored);
      tcp().socket().close(ignored);
    }
    sink_->closed(code, error, std::move(reason), retry_after);
    sink_.reset();
  }

  beast::tcp_stream& tcp() { return ws_->next_layer().next_layer(); }

  std::shared_ptr<tls_context> tls_;
  settings cfg_;
  std::shared_ptr<const lease_term> term_;
  std::shared_ptr<connection_sink> sink_;
  asio::strand<asio::io_context::executor_type> strand_;
  std::shared_ptr<dialer> dialer_;
  asio::steady_timer timer_;
  asio::steady_timer term_timer_;
  std::optional<stream> ws_;
  url url_;
  message_intake in_;
  std::deque<outgoing> outbox_;
  std::size_t unconsumed_ = 0;
  bool open_ = false;
  bool reading_ = false;
  /// Why, if that is our wish.
  const char* closing_ = nullptr;
  bool broken_ = false; // for writing
  bool done_ = false;
};

} // namespace

connection_factory make_ws_factory(const io_loop& loop,
                                   std::shared_ptr<tls_context> tls,
                                   const settings& cfg,
                                   std::shared_ptr<const lease_term> term) {
  return [loop = loop.shared(), tls = std::move(tls), cfg,
          term = std::move(term)](std::shared_ptr<connection_sink> sink) {
    // Handlers that wait in the loop keep a connection but not the loop, for
    // that would keep both for ever.
    auto made =
        std::make_shared<ws_connection>(*loop, tls, cfg, term, std::move(sink));
    connection* plain = made.get();
    return std::shared_ptr<connection>(
        plain,
        [loop, made = std::move(made)](connection*) mutable { made.reset(); });
  };
}

} // namespace muster
