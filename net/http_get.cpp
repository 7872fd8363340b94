#include "net/http_get.hpp"

#include <array>
#include <concepts>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include "net/dialer.hpp"
#include "net/guarded.hpp"
#include "net/http_refusal.hpp"
#include "net/io_context.hpp"
#include "net/tls_impl.hpp"
#include "net/wire_stream.hpp"

namespace muster {

namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

/// Kept by what it waits for, so that it must not keep the loop.
class exchange final : public std::enable_shared_from_this<exchange> {
public:
  exchange(io_loop::context& loop, std::shared_ptr<tls_context> tls,
           const settings& cfg, std::shared_ptr<const proxy_policy> proxies,
           std::shared_ptr<const token> secret, url from, http_handler done)
      : tls_(std::move(tls)), cfg_(cfg), secret_(std::move(secret)),
        from_(std::move(from)), done_(std::move(done)),
        strand_(asio::make_strand(loop.io)),
        dialer_(std::make_shared<dialer>(strand_, cfg_, std::move(proxies))),
        timer_(strand_) {}

  void start() {
    asio::post(strand_, [self = shared_from_this()] {
      self->guard([&] { self->dial(); });
    });
  }

private:
  template <class F>
  void guard(F&& f) {
    guarded(std::forward<F>(f), [this](std::string what) {
      if (done_)
        fail(errc::rest_failed, "the REST API could not be asked: " + what);
    });
  }

  template <class F>
  auto then(F f) {
    return [ self = shared_from_this(), f ](
        error_code ec,
        auto&&... xs) requires std::invocable<const F&, exchange&, error_code,
                                              decltype(xs)...> {
      if (self->done_)
        self->guard([&] { f(*self, ec, std::forward<decltype(xs)>(xs)...); });
    };
  }

  void dial() {
    stream_.emplace(boost::beast::tcp_stream{strand_},
                    from_.encrypted() ? &tls_->get().context : nullptr);
    dialer_->dial({shared_from_this(), &*stream_}, from_,
                  [this](errc code, std::string sentence) {
                    guard([&] {
                      if (code != errc{})
                        fail(code, std::move(sentence));
                      else
                        ask();
                    });
                  });
  }

  void ask() {
    timer_.expires_after(cfg_.handshake_timeout);
    timer_.async_wait(then([](auto& self, error_code ec) {
      if (!ec)
        self.ended(errc::timed_out, "it took too long to answer");
    }));
    request_ = "GET " + from_.target + " HTTP/1.1\r\nHost: " + from_.authority()
               + "\r\nUser-Agent: " + shown(cfg_.user_agent, 1000)
               + "\r\nAccept: application/json\r\nConnection: close\r\n";
    if (secret_ && !secret_->empty())
      request_ += "Authorization: Bot " + secret_->reveal() + "\r\n";
    request_ += "\r\n";
    asio::async_write(*stream_, asio::buffer(request_),
                      then([](auto& self, error_code ec, std::size_t) {
                        if (ec) // a refusal may have come before
                          self.write_error_ = ec;
                        self.read();
                      }));
  }

  void read() {
    stream_->async_read_some(
        asio::buffer(bytes_),
        then([](auto& self, error_code ec, std::size_t n) {
          if (ec) {
            if (self.write_error_)
              ec = self.write_error_;
            self.ended(errc::rest_failed,
                       ec == asio::error::eof ? "" : ec.message());
            return;
          }
          switch (self.reader_.feed({self.bytes_.data(), n})) {
          case http_answer_reader::status::more:
            self.read();
            break;
          case http_answer_reader::status::done:
            self.finish({}, {}, self.reader_.answer());
            break;
          case http_answer_reader::status::failed:
            self.fail(errc::rest_failed,
                      "the REST API: " + self.reader_.sentence());
            break;
          }
        }));
  }

  /// No more is to come, for `why` or because the server hung up. Of an answer
  /// that is not 200 the head will do.
  void ended(errc code, std::string why) {
    auto whole =
        reader_.end() == http_answer_reader::status::done && why.empty();
    if (whole || (reader_.has_head() && reader_.answer().status != 200))
      finish({}, {}, reader_.answer());
    else
      fail(code, "the REST API: " + (why.empty() ? reader_.sentence() : why));
  }

  void fail(errc code, std::string sentence) {
    finish(code, std::move(sentence), {});
  }

  void finish(errc code, std::string sentence, http_answer answer) {
    auto done = std::exchange(done_, nullptr);
    timer_.cancel();
    dialer_->cancel();
    if (stream_) {
      error_code ignored;
      stream_->next_layer().socket().close(ignored);
    }
    done(code, std::move(sentence), std::move(answer));
  }

  std::shared_ptr<tls_context> tls_;
  settings cfg_;
  std::shared_ptr<const token> secret_;
  url from_;
  http_handler done_;
  asio::strand<asio::io_context::executor_type> strand_;
  std::shared_ptr<dialer> dialer_;
  asio::steady_timer timer_;
  std::optional<wire_stream> stream_;
  std::string request_;
  std::array<char, 4096> bytes_;
  http_answer_reader reader_;
  error_code write_error_;
};

} // namespace

void http_get(io_loop::context& loop, std::shared_ptr<tls_context> tls,
              const settings& cfg, std::shared_ptr<const proxy_policy> proxies,
              std::shared_ptr<const token> secret, const url& from,
              http_handler done) {
  std::make_shared<exchange>(loop, std::move(tls), cfg, std::move(proxies),
                             std::move(secret), from, std::move(done))
      ->start();
}

} // namespace muster
