#include "net/ws_stream.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "net/guarded.hpp"

namespace muster {

namespace asio = boost::asio;

namespace {

/// In a row; then it is the turn of others, as it is behind each message: the
/// owner may have worked on that.
constexpr int max_reads = 8;

constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t going_away = 1001;

} // namespace

template <class F>
void ws_stream::guard(F&& f) {
  guarded(std::forward<F>(f), [this](std::string what) {
    finish({0, errc::connection_lost, std::move(what)});
  });
}

/// A handler that does nothing after the end.
template <class F>
auto ws_stream::then(F f) {
  return [this, kept = owner_.keep(), f](error_code ec) {
    if (!done_)
      guard([&] { f(ec); });
  };
}

ws_stream::ws_stream(wire_stream& wire, owner& by, message_intake in,
                     timespan close_timeout)
    : wire_(wire), owner_(by), close_timeout_(close_timeout),
      timer_(wire.get_executor()), in_(std::move(in)), early_(wire.take_rest()),
      staged_(early_) {}

void ws_stream::start() {
  read_on();
}

void ws_stream::stop() {
  done_ = true;
  timer_.cancel();
}

// -- reading ------------------------------------------------------------------

void ws_stream::read_on() {
  if (!reading_ && !done_)
    read();
}

/// When it closes only the end is of interest, room or not.
bool ws_stream::wants_more() const {
  return end_ || owner_.has_room();
}

void ws_stream::read() {
  reading_ = true;
  told_ = false;
  for (int i = 0; i < max_reads && !told_ && wants_more(); ++i) {
    if (!owner_.may_go_on())
      return;
    error_code ec;
    auto what = read_some(ec);
    if (done_)
      return;
    if (ec) {
      lost(ec);
      return;
    }
    if (what != next::done) {
      wire_.async_wait(what, then([this](error_code failed) {
                         if (failed)
                           lost(failed);
                         else
                           read();
                       }));
      return;
    }
  }
  if (!wants_more()) {
    reading_ = false;
    return;
  }
  asio::post(wire_.get_executor(),
             [go_on = then([this](error_code) { read(); })] { go_on({}); });
}

ws_stream::next ws_stream::read_some(error_code& ec) {
  std::size_t n = 0;
  auto what = next::done;
  auto left = frames_.expected();
  if (left > 0 && staged_.empty() && !end_) {
    auto room = in_.prepare(left);
    what = wire_.try_read({room.data, room.size}, ec, n);
    if (n > 0)
      take(frames_.took({room.data, n}), true);
    return what;
  }
  if (staged_.empty()) {
    what = wire_.try_read(asio::buffer(stage_), ec, n);
    staged_ = {stage_.data(), n};
  }
  while (!staged_.empty() && !done_ && !peer_closed_ && !hanging_up_
         && wants_more())
    take(frames_.next(staged_), false);
  if (peer_closed_ || hanging_up_)
    staged_ = {};
  if (pong_ && !done_)
    write_on();
  return what;
}

/// `placed`: the bytes of a piece are where they belong.
void ws_stream::take(const frame_reader::result& x, bool placed) {
  using kind = frame_reader::kind;
  switch (x.kind) {
  case kind::piece:
    if (!end_)
      take_piece(x, placed);
    break;
  case kind::ping:
    pong_ = x.bytes; // of several the latest will do (RFC 6455, 5.5.3)
    break;
  case kind::close:
    peer_closes(x.code);
    break;
  case kind::failed:
    if (!end_)
      end_ = {0,
              x.code == frame_reader::bad_payload ? errc::malformed_json
                                                  : errc::connection_lost,
              x.code == frame_reader::bad_payload
                  ? "a payload is not UTF-8"
                  : std::string{"the connection was lost: "} + x.fault};
    if (close_ == 0)
      close_ = x.code;
    hang_up_soon();
    break;
  case kind::more:
    break;
  }
}

void ws_stream::take_piece(const frame_reader::result& x, bool placed) {
  auto bytes = x.bytes;
  do {
    auto n = bytes.size();
    if (!placed && n > 0) {
      auto room = in_.prepare(n);
      n = std::min(n, room.size);
      std::copy_n(bytes.data(), n, room.data);
    }
    bytes.remove_prefix(n);
    auto taken = in_.take(n, frames_.binary(), x.done && bytes.empty());
    if (taken.kind == message_intake::kind::nothing)
      continue;
    told_ = true;
    owner_.take(std::move(taken), frames_.binary());
  } while (!bytes.empty() && !done_);
}

/// Reading has ended.
void ws_stream::lost(error_code ec) {
  finish(end_ ? *std::exchange(end_, {})
              : ending{0, errc::connection_lost,
                       "the connection was lost: " + ec.message()});
}

// -- writing ------------------------------------------------------------------

void ws_stream::send(std::string text, std::uint64_t ticket) {
  if (end_ || done_)
    return;
  outbox_.push_back({std::move(text), ticket});
  write_on();
}

void ws_stream::write_on() {
  if (!writing_ && !done_)
    write();
}

void ws_stream::write() {
  writing_ = false;
  while (!broken_ && next_frame()) {
    if (!owner_.may_go_on())
      return;
    error_code ec;
    std::size_t n = 0;
    auto what = wire_.try_write(asio::buffer(frame_) + written_, ec, n);
    if (what != next::done) {
      writing_ = true;
      wire_.async_wait(what, then([this](error_code failed) {
                         if (failed)
                           broke(failed);
                         else
                           write();
                       }));
      return;
    }
    if (ec) {
      broke(ec);
      return;
    }
    written_ += n;
    if (written_ == frame_.size())
      was_written();
    if (done_)
      return;
  }
}

/// Sees to the frame that is to be written; false if there is none.
bool ws_stream::next_frame() {
  if (!frame_.empty())
    return true;
  if (close_ != 0) { // nothing follows it
    if (!close_written_)
      put(frame_type::close, {});
  } else if (pong_) {
    put(frame_type::pong, *std::exchange(pong_, {}));
  } else if (!outbox_.empty() && !end_) {
    put(frame_type::text, outbox_.front().text);
  }
  return !frame_.empty();
}

void ws_stream::put(frame_type type, std::string_view payload) {
  type_ = type;
  written_ = 0;
  frame_ = type == frame_type::close ? client_close(close_)
                                     : client_frame(type, payload);
}

void ws_stream::was_written() {
  frame_.clear();
  if (type_ == frame_type::text) {
    owner_.written(outbox_.front().ticket);
    outbox_.pop_front();
  } else if (type_ == frame_type::close) {
    close_written_ = true;
    if (hanging_up_)
      hang_up_soon();
  }
}

/// Nothing can be written any more. Before it went, the gateway may have said
/// why; that is read for a while.
void ws_stream::broke(error_code ec) {
  broken_ = true;
  if (hanging_up_) {
    hang_up_soon();
    return;
  }
  leave({0, errc::connection_lost, "the connection was lost: " + ec.message()});
  read_on();
}

// -- the end ------------------------------------------------------------------

void ws_stream::leave(ending x) {
  if (end_)
    return;
  end_ = std::move(x);
  timer_.expires_after(close_timeout_);
  timer_.async_wait(then([this](error_code ec) {
    if (!ec)
      finish(*std::exchange(end_, {}));
  }));
}

void ws_stream::close(std::uint16_t code, errc error, const char* reason) {
  if (end_ || done_)
    return;
  leave({0, error, reason});
  close_ = code;
  write_on();
  read_on();
}

/// Some gateways answer with a code of their own.
bool ws_stream::answers_ours(std::uint16_t code) const {
  return code == close_
         || (close_written_
             && (code == 0 || code == normal_closure || code == going_away));
}

void ws_stream::peer_closes(std::uint16_t code) {
  peer_closed_ = true;
  // What answers our own says nothing new.
  if (!end_ || broken_ || close_ == 0 || !answers_ours(code))
    end_ = ending{code, errc::connection_lost, "closed by the gateway"};
  if (close_ == 0)
    close_ = code == 0 ? normal_closure : code;
  hang_up_soon();
}

void ws_stream::hang_up_soon() {
  hanging_up_ = true;
  if (close_written_ || broken_) {
    finish(*std::exchange(end_, {}));
    return;
  }
  timer_.expires_after(close_timeout_);
  timer_.async_wait(then([this](error_code ec) {
    if (!ec)
      finish(*std::exchange(end_, {}));
  }));
  write_on();
}

void ws_stream::finish(ending x) {
  if (done_)
    return;
  stop();
  owner_.ended(x.code, x.error, std::move(x.reason));
}

} // namespace muster
