#include "net/rest_client.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>

#include "net/gateway_bot.hpp"
#include "net/guarded.hpp"
#include "net/http_get.hpp"
#include "net/io_context.hpp"
#include "net/url.hpp"

namespace muster {

namespace {

/// In a row, before a server is thought to lead in a circle.
constexpr int max_redirects = 3;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307
         || status == 308;
}

/// GET /gateway/bot, redirects included. Kept by what it waits for, which the
/// loop's context outlives.
class lookup final : public std::enable_shared_from_this<lookup> {
public:
  lookup(io_loop::context& loop, std::shared_ptr<tls_context> tls,
         const settings& cfg, std::shared_ptr<const proxy_policy> proxies,
         std::shared_ptr<const token> secret,
         std::function<void(gateway_answer)> done)
      : loop_(loop), tls_(std::move(tls)), cfg_(cfg),
        proxies_(std::move(proxies)), secret_(std::move(secret)),
        done_(std::move(done)) {}

  void start() {
    boost::asio::post(loop_.io, [self = shared_from_this()] {
      self->guard([&] { self->begin(); });
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

  void begin() {
    auto base = parse_url(cfg_.rest_url);
    if (!base || (base->scheme != "http" && base->scheme != "https")) {
      fail(errc::invalid_settings, "rest_url is not a usable URL");
      return;
    }
    url_ = *std::move(base);
    auto& path = url_.target;
    path.erase(std::min(path.find('?'), path.size()));
    while (!path.empty() && path.back() == '/')
      path.pop_back();
    path += "/gateway/bot";
    get();
  }

  void get() {
    http_get(loop_, tls_, cfg_, proxies_, secret_, url_,
             [self = shared_from_this()](errc code, std::string sentence,
                                         http_answer answer) {
               self->guard([&] {
                 if (code != errc{})
                   self->fail(code, std::move(sentence));
                 else
                   self->take(answer);
               });
             });
  }

  void take(const http_answer& answer) {
    auto to = is_redirect(answer.status) && !answer.location.empty()
                  ? at_location(url_, answer.location)
                  : std::nullopt;
    // The token is for this server only.
    if (to && same_origin(*to, url_)) {
      if (++redirects_ > max_redirects) {
        fail(errc::rest_failed, "the REST API redirects more than "
                                    + std::to_string(max_redirects)
                                    + " times; check the REST URL");
        return;
      }
      url_ = *std::move(to);
      get();
      return;
    }
    auto where = url_.scheme + "://" + url_.authority()
                 + url_.target.substr(0, url_.target.find('?'));
    finish(read_gateway_bot(answer, where, std::chrono::system_clock::now()));
  }

  void fail(errc code, std::string sentence) {
    gateway_answer answer;
    answer.error = make_error(code, std::move(sentence));
    finish(std::move(answer));
  }

  void finish(gateway_answer answer) {
    std::exchange(done_, nullptr)(std::move(answer));
  }

  io_loop::context& loop_;
  std::shared_ptr<tls_context> tls_;
  settings cfg_;
  std::shared_ptr<const proxy_policy> proxies_;
  std::shared_ptr<const token> secret_;
  std::function<void(gateway_answer)> done_;
  url url_;
  int redirects_ = 0;
};

} // namespace

gateway_lookup make_rest_lookup(const io_loop& loop,
                                std::shared_ptr<tls_context> tls,
                                const settings& cfg,
                                std::shared_ptr<const token> secret) {
  return [loop = loop.shared(), tls = std::move(tls), cfg,
          proxies = proxy_policy::of(cfg),
          secret = std::move(secret)](std::function<void(gateway_answer)> f) {
    std::make_shared<lookup>(*loop, tls, cfg, proxies, secret, std::move(f))
        ->start();
  };
}

} // namespace muster
