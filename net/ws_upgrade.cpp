#include "net/ws_upgrade.hpp"

#include <chrono>
#include <utility>

#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "net/guarded.hpp"
#include "net/http_refusal.hpp"
#include "net/wire_stream.hpp"

namespace muster {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using error_code = boost::beast::error_code;

/// What is needed until the answer is there. Beast's WebSocket asks and judges
/// the answer; frames are not its business.
struct ws_upgrade::asking {
  wire_stream& stream;
  websocket::stream<wire_stream&, false> ws{stream};
};

ws_upgrade::ws_upgrade(strand on, const settings& cfg)
    : timer_(on), limit_(cfg.handshake_timeout),
      user_agent_(shown(cfg.user_agent)) {}

ws_upgrade::~ws_upgrade() = default;

void ws_upgrade::ask(const std::shared_ptr<wire_stream>& stream, const url& to,
                     handler done) {
  done_ = std::move(done);
  authority_ = to.authority();
  asking_.reset(new asking{*stream});
  auto then = [self = shared_from_this(), stream](auto f) {
    return [self, stream, f](error_code ec) {
      if (self->done_)
        guarded([&] { f(*self, ec); },
                [&](std::string what) {
                  if (self->done_)
                    self->finish(errc::connection_lost, std::move(what), {});
                });
    };
  };
  timer_.expires_after(limit_);
  timer_.async_wait(then([](auto& self, error_code ec) {
    if (!ec)
      self.failed(asio::error::timed_out);
  }));
  stream->expect_upgrade();
  auto& ws = asking_->ws;
  ws.set_option(websocket::stream_base::decorator(
      [this](websocket::request_type& request) {
        request.set(boost::beast::http::field::user_agent, user_agent_);
      }));
  ws.async_handshake(authority_, to.target, then([](auto& self, error_code ec) {
                       if (ec)
                         self.failed(ec);
                       else
                         self.finish({}, {}, {});
                     }));
}

void ws_upgrade::failed(error_code ec) {
  using status = upgrade_answer::status;
  auto answer = asking_->stream.upgrade();
  auto state = answer == nullptr ? status::accepted : answer->end();
  auto who = "the WebSocket handshake with " + authority_;
  if (state == status::refused) {
    auto wait =
        asked_to_wait(answer->answer(), std::chrono::system_clock::now());
    auto what = who + " was refused: " + answer->sentence();
    if (wait > timespan{0})
      what += "; it asks to wait "
              + std::to_string(wait / std::chrono::seconds{1}) + " s";
    finish(errc::handshake_failed, std::move(what), wait);
  } else if (ec == asio::error::timed_out) {
    finish(errc::timed_out, "the WebSocket handshake took too long", {});
  } else {
    auto said =
        state == status::failed
        && (ec == asio::error::connection_refused || ec == asio::error::eof);
    finish(errc::handshake_failed,
           who + " failed: " + (said ? answer->sentence() : ec.message()), {});
  }
}

void ws_upgrade::cancel() {
  done_ = nullptr;
  timer_.cancel();
}

void ws_upgrade::finish(errc code, std::string sentence, timespan retry_after) {
  auto done = std::exchange(done_, nullptr);
  timer_.cancel();
  done(code, std::move(sentence), retry_after);
}

} // namespace muster
