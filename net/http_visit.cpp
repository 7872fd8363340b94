#include "net/http_visit.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "net/guarded.hpp"

namespace muster {

namespace beast = boost::beast;
namespace http = beast::http;

namespace {

std::string_view view(beast::string_view x) {
  return {x.data(), x.size()};
}

} // namespace

http_visit::http_visit(std::shared_ptr<const http_visit_config> cfg,
                       boost::asio::ip::tcp::socket from,
                       std::function<void()> gone)
    : cfg_(std::move(cfg)),
      stream_(boost::beast::tcp_stream{std::move(from)}, nullptr),
      gone_(std::move(gone)), patience_(stream_.get_executor()),
      in_(cfg_->terms.most_head) {
  error_code ec;
  tcp().socket().set_option(boost::asio::ip::tcp::no_delay{true}, ec);
  auto here = tcp().socket().local_endpoint(ec).address();
  if (here.is_v6() && here.to_v6().is_v4_mapped())
    here = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped,
                                            here.to_v6());
  here_ = here.to_string();
}

template <class F>
void http_visit::guard(F&& f) {
  guarded(std::forward<F>(f), [this](auto&&) { end(); });
}

void http_visit::begin() {
  guard([this] { read(); });
}

void http_visit::end() {
  if (std::exchange(done_, true))
    return;
  error_code ignored;
  tcp().socket().close(ignored);
  patience_.cancel();
  std::exchange(gone_, nullptr)();
}

void http_visit::read() {
  idle_ = true;
  request_.emplace();
  request_->header_limit(static_cast<std::uint32_t>(cfg_->terms.most_head));
  request_->body_limit(std::numeric_limits<std::uint64_t>::max()); // not read
  tcp().expires_after(questions_ == 0 ? cfg_->terms.head_within
                                      : cfg_->terms.idle_within);
  http::async_read_header(
      stream_, in_, *request_,
      [self = shared_from_this()](error_code ec, std::size_t) {
        self->guard([&] {
          if (self->done_)
            return;
          if (!ec)
            self->judge();
          else if (ec == http::error::header_limit
                   || ec == http::error::buffer_overflow)
            self->refuse(431, "the head of the request is too long");
          else if (ec.category()
                       == http::make_error_code(http::error::bad_target)
                              .category()
                   && ec != http::error::end_of_stream
                   && ec != http::error::partial_message)
            self->refuse(400, "it is no request of HTTP/1: " + ec.message());
          else
            self->end();
        });
      });
}

void http_visit::judge() {
  idle_ = false;
  auto& head = request_->get();
  http_question x{view(head.method_string()), view(head.target()),
                  view(head[http::field::host]), head.count(http::field::host)};
  auto ruling = cfg_->policy.judge(x, here_);
  head_only_ = ruling.head_only;
  // What is behind it is not read, so that nothing else can be.
  auto whole = request_->is_done();
  if (!whole)
    request_->get().keep_alive(false);
  if (ruling.status == 200 && !whole)
    ruling = {413, "a request has no body here", {}, head_only_};
  if (ruling.status != 200) {
    refuse(ruling.status, ruling.sentence);
    return;
  }
  path_ = std::move(ruling.path);
  ask();
}

void http_visit::ask() {
  tcp().expires_never();
  asking_ = true;
  await_page(++questions_);
  cfg_->pages(path_, [post = cfg_->post, weak = weak_from_this(),
                      question = questions_](http_page page) {
    post([weak, question, page = std::move(page)]() mutable {
      auto self = weak.lock();
      if (self && self->asking_ && self->questions_ == question)
        self->guard([&] { self->answer(std::move(page)); });
    });
  });
}

void http_visit::await_page(std::uint64_t question) {
  patience_.expires_after(cfg_->terms.page_within);
  patience_.async_wait([self = shared_from_this(), question](error_code) {
    if (self->asking_ && self->questions_ == question && !self->done_)
      self->guard([&] {
        self->answer({503, "text/plain; charset=utf-8",
                      "nobody has answered in time\n"});
      });
  });
}

void http_visit::answer(http_page page) {
  asking_ = false;
  patience_.cancel();
  if (done_)
    return;
  if (again_.count() == 0)
    write(std::move(page));
  else if (page.again.count() != 0)
    write_part(std::move(page));
  else
    end(); // a page that has begun cannot become another one
}

void http_visit::refuse(unsigned status, const std::string& sentence) {
  idle_ = false;
  // After these nobody knows where the next request would begin.
  auto garbled = status == 400 || status == 431;
  if (garbled)
    request_->get().keep_alive(false);
  write({status, "text/plain; charset=utf-8", sentence + '\n'});
}

void http_visit::write(http_page page) {
  auto& asked = request_->get();
  auto& x = response_.emplace();
  x.result(page.status);
  x.version(asked.version() >= 11 ? 11 : 10);
  auto goes_on = page.again.count() != 0;
  x.keep_alive(asked.keep_alive() && !goes_on);
  x.set(http::field::content_type, page.type);
  x.set(http::field::cache_control, "no-store");
  x.set("X-Content-Type-Options", "nosniff");
  x.set("Referrer-Policy", "no-referrer");
  x.set("Content-Security-Policy", page.content_policy);
  if (page.status == 405)
    x.set(http::field::allow, "GET, HEAD");
  if (!goes_on)
    x.content_length(page.body.size());
  if (!head_only_) {
    x.body() = std::move(page.body);
    again_ = page.again;
  }
  head_only_ = false;
  tcp().expires_after(cfg_->terms.taken_within);
  http::async_write(stream_, x,
                    [self = shared_from_this()](error_code ec, std::size_t) {
                      self->guard([&] { self->written(ec); });
                    });
}

void http_visit::written(error_code ec) {
  auto again = !ec && response_->keep_alive();
  response_.reset();
  if (done_)
    return;
  if (!ec && again_.count() != 0) {
    await_part();
    return;
  }
  if (again) {
    read();
    return;
  }
  if (!ec) {
    error_code ignored;
    tcp().socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send,
                            ignored);
    idle_ = true;
    tcp().expires_after(std::chrono::seconds(2));
    linger();
    return;
  }
  end();
}

void http_visit::await_part() {
  tcp().expires_never();
  patience_.expires_after(again_);
  patience_.async_wait([self = shared_from_this()](error_code) {
    if (!self->done_)
      self->guard([&] { self->ask(); });
  });
}

void http_visit::write_part(http_page page) {
  again_ = page.again;
  part_ = std::move(page.body);
  tcp().expires_after(cfg_->terms.taken_within);
  boost::asio::async_write(
      stream_, boost::asio::buffer(part_),
      [self = shared_from_this()](error_code ec, std::size_t) {
        self->guard([&] {
          if (ec)
            self->end();
          else if (!self->done_)
            self->await_part();
        });
      });
}

void http_visit::linger() {
  stream_.async_read_some(
      boost::asio::buffer(unread_),
      [self = shared_from_this()](error_code ec, std::size_t n) {
        self->guard([&] {
          self->passed_over_ += n;
          if (ec || self->passed_over_ > self->cfg_->terms.most_head)
            self->end();
          else if (!self->done_)
            self->linger();
        });
      });
}

} // namespace muster
