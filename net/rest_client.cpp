#include "net/rest_client.hpp"

#include <concepts>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "net/dialer.hpp"
#include "net/gateway_bot.hpp"
#include "net/io_context.hpp"
#include "net/tls_impl.hpp"
#include "net/url.hpp"
#include "net/wire_stream.hpp"

namespace muster {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using beast::error_code;

constexpr std::size_t max_answer = 64 << 10;

/// One GET, from the name to the answer. Kept by what it waits for, so that it
/// must not keep the loop.
class lookup final : public std::enable_shared_from_this<lookup> {
public:
  lookup(io_loop::context& loop, std::shared_ptr<tls_context> tls,
         const settings& cfg, std::shared_ptr<const token> secret,
         std::function<void(gateway_answer)> done)
      : tls_(std::move(tls)), cfg_(cfg), secret_(std::move(secret)),
        done_(std::move(done)), strand_(asio::make_strand(loop.io)),
        dialer_(std::make_shared<dialer>(strand_, cfg_)), timer_(strand_) {
    parser_.body_limit(max_answer);
  }

  void start() {
    asio::post(strand_, [self = shared_from_this()] { self->dial(); });
  }

private:
  template <class F>
  auto then(F f) {
    return [ self = shared_from_this(), f ](
        error_code ec,
        auto&&... xs) requires std::invocable<const F&, lookup&, error_code,
                                              decltype(xs)...> {
      if (self->done_)
        f(*self, ec, std::forward<decltype(xs)>(xs)...);
    };
  }

  void dial() {
    auto parsed = parse_url(cfg_.rest_url);
    if (!parsed) {
      fail(errc::invalid_settings, "rest_url is not a usable URL");
      return;
    }
    url_ = *std::move(parsed);
    stream_.emplace(beast::tcp_stream{strand_},
                    url_.encrypted() ? &tls_->get().context : nullptr);
    dialer_->dial({shared_from_this(), &*stream_}, url_,
                  [this](errc code, std::string sentence) {
                    if (code != errc{})
                      fail(code, std::move(sentence));
                    else
                      ask();
                  });
  }

  void ask() {
    timer_.expires_after(cfg_.handshake_timeout);
    timer_.async_wait(then([](auto& self, error_code ec) {
      if (!ec)
        self.fail(errc::timed_out, "the REST API took too long to answer");
    }));
    auto base = url_.target.substr(0, url_.target.find('?'));
    while (!base.empty() && base.back() == '/')
      base.pop_back();
    request_.method(http::verb::get);
    request_.target(base + "/gateway/bot");
    request_.version(11);
    request_.set(http::field::host, url_.authority());
    request_.set(http::field::user_agent, cfg_.user_agent);
    request_.set(http::field::accept, "application/json");
    request_.set(http::field::connection, "close");
    if (secret_ && !secret_->empty())
      request_.set(http::field::authorization, "Bot " + secret_->reveal());
    http::async_write(
        *stream_, request_, then([](auto& self, error_code ec, std::size_t) {
          if (ec)
            self.fail(errc::rest_failed, "the REST API: " + ec.message());
          else
            self.read();
        }));
  }

  void read() {
    http::async_read(
        *stream_, buffer_, parser_,
        then([](auto& self, error_code ec, std::size_t) {
          if (ec) {
            self.fail(errc::rest_failed, "the REST API: " + ec.message());
            return;
          }
          auto& x = self.parser_.get();
          auto after = x[http::field::retry_after];
          self.finish(read_gateway_bot(static_cast<int>(x.result_int()),
                                       x.body(), {after.data(), after.size()}));
        }));
  }

  void fail(errc code, std::string sentence) {
    gateway_answer answer;
    answer.error = make_error(code, std::move(sentence));
    finish(std::move(answer));
  }

  void finish(gateway_answer answer) {
    auto done = std::exchange(done_, nullptr);
    timer_.cancel();
    dialer_->cancel();
    if (stream_) {
      error_code ignored;
      stream_->next_layer().socket().close(ignored);
    }
    done(std::move(answer));
  }

  std::shared_ptr<tls_context> tls_;
  settings cfg_;
  std::shared_ptr<const token> secret_;
  std::function<void(gateway_answer)> done_;
  asio::strand<asio::io_context::executor_type> strand_;
  std::shared_ptr<dialer> dialer_;
  asio::steady_timer timer_;
  std::optional<wire_stream> stream_;
  url url_;
  http::request<http::empty_body> request_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer buffer_;
};

} // namespace

gateway_lookup make_rest_lookup(const io_loop& loop,
                                std::shared_ptr<tls_context> tls,
                                const settings& cfg,
                                std::shared_ptr<const token> secret) {
  return [loop = loop.shared(), tls = std::move(tls), cfg,
          secret = std::move(secret)](std::function<void(gateway_answer)> f) {
    std::make_shared<lookup>(*loop, tls, cfg, secret, std::move(f))->start();
  };
}

} // namespace muster
