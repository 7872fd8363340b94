#include "net/tls_link.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "net/guarded.hpp"

namespace muster {

namespace asio = boost::asio;

namespace {

/// A record of TLS; Asio reads no more at once.
constexpr std::size_t record = std::size_t{16} << 10;

} // namespace

tls_link::tls_link(std::shared_ptr<const tls_link_config> cfg,
                   std::function<void()> gone)
    : cfg_(std::move(cfg)), gone_(std::move(gone)),
      timer_(cfg_->io.get_executor()) {}

tls_link::~tls_link() {
  shut("nobody wants it any longer"); // who waits for it is told
}

template <class F>
void tls_link::post(F f) {
  std::lock_guard guard{mutex_};
  post_locked(std::move(f));
}

template <class F>
void tls_link::post_locked(F f) {
  if (over_)
    return; // nobody may be there who would run it
  asio::post(cfg_->io, [self = shared_from_this(), f]() mutable {
    if (!self->shut_)
      guarded([&] { f(*self); },
              [&](const std::string& what) { self->shut(what); });
  });
}

void tls_link::expect_within(std::chrono::milliseconds limit,
                             const char* otherwise) {
  timer_.expires_after(limit);
  timer_.async_wait([weak = weak_from_this(), otherwise,
                     due = timer_.expiry()](error_code ec) {
    // It may have been too late to take this back.
    if (auto self = weak.lock(); self && !ec && self->timer_.expiry() == due)
      self->shut(otherwise);
  });
}

void tls_link::start(std::shared_ptr<link_sink> sink) {
  {
    std::lock_guard guard{mutex_};
    if (!over_) {
      asio::post(cfg_->io, [self = shared_from_this(), sink] {
        if (self->shut_) {
          sink->closed(self->why_);
          return;
        }
        self->sink_ = sink;
        self->read();
      });
      return;
    }
  }
  sink->closed(why_);
}

// -- in -----------------------------------------------------------------------

void tls_link::read() {
  if (shut_ || reading_ || !sink_ || ahead_ >= cfg_->terms.read_ahead)
    return;
  reading_ = true;
  if (in_.size() - filled_ < record)
    in_.resize(filled_ + std::max(record, filled_));
  stream_->async_read_some(
      asio::buffer(in_.data() + filled_, in_.size() - filled_),
      then([this](error_code ec, std::size_t n) {
        reading_ = false;
        filled_ += n;
        if (ec)
          shut(ec.message());
        else if (!cut_frames())
          shut("it has sent what is no frame");
        else
          read();
      }));
}

bool tls_link::cut_frames() {
  auto head = cfg_->terms.head;
  std::size_t whole = 0;
  while (filled_ - whole >= head) {
    auto body = cfg_->terms.body_of(in_.data() + whole);
    if (!body)
      return false;
    if (filled_ - whole < head + *body)
      break;
    whole += head + *body;
  }
  if (whole == 0)
    return true;
  auto at = [this](std::size_t n) {
    return in_.begin() + static_cast<std::ptrdiff_t>(n);
  };
  std::vector<char> rest(at(whole), at(filled_));
  in_.resize(whole);
  filled_ = rest.size();
  ahead_ += whole;
  sink_->frames(std::exchange(in_, std::move(rest)));
  return true;
}

void tls_link::consumed(std::size_t bytes) {
  post([bytes](tls_link& self) {
    self.ahead_ -= std::min(bytes, self.ahead_);
    self.read();
  });
}

// -- out ----------------------------------------------------------------------

void tls_link::send(std::vector<char> bytes) {
  std::lock_guard guard{mutex_};
  if (deaf_)
    return;
  if (unsent_.empty())
    unsent_ = std::move(bytes);
  else
    unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
  if (unsent_.size() + in_flight_ > cfg_->terms.most_unsent) {
    deaf_ = true;
    post_locked(
        [](tls_link& self) { self.shut("it takes nothing any longer"); });
  } else if (!std::exchange(writing_, true)) {
    post_locked([](tls_link& self) { self.write(); });
  }
}

void tls_link::write() {
  {
    std::lock_guard guard{mutex_};
    out_.clear();
    std::swap(out_, unsent_);
    in_flight_ = out_.size();
    writing_ = !out_.empty();
  }
  if (!out_.empty())
    asio::async_write(*stream_, asio::buffer(out_),
                      then([this](error_code ec, std::size_t) {
                        if (ec)
                          shut(ec.message());
                        else
                          write();
                      }));
  else if (finishing_)
    say_farewell();
}

void tls_link::say_farewell() {
  if (!std::exchange(parting_, true))
    stream_->async_shutdown(then([this](error_code) { shut("it is over"); }));
}

void tls_link::finish() {
  std::lock_guard held{mutex_};
  deaf_ = true;
  post_locked([](tls_link& self) {
    if (std::exchange(self.finishing_, true))
      return;
    if (!self.sink_) {
      self.shut("this process ends");
      return;
    }
    self.expect_within(self.cfg_->terms.farewell_within, "it is over");
    std::unique_lock guard{self.mutex_};
    auto writing = self.writing_;
    guard.unlock();
    if (!writing)
      self.say_farewell();
  });
}

void tls_link::close(const std::string& why) {
  std::lock_guard guard{mutex_};
  deaf_ = true;
  post_locked([why](tls_link& self) { self.shut(why); });
}

void tls_link::shut(const std::string& why) {
  if (std::exchange(shut_, true))
    return;
  timer_.cancel();
  if (dialer_)
    dialer_->cancel();
  dialer_ = nullptr;
  error_code ignored;
  if (stream_)
    stream_->next_layer().close(ignored);
  {
    std::lock_guard guard{mutex_};
    why_ = why;
    deaf_ = true;
    over_ = true;
    unsent_.clear();
  }
  if (auto told = std::exchange(told_, nullptr))
    told(nullptr, why_);
  if (auto sink = std::exchange(sink_, nullptr))
    sink->closed(why_);
  if (auto gone = std::exchange(gone_, nullptr))
    gone();
}

} // namespace muster
