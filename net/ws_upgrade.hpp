#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/error_code.hpp>

#include "messages/errc.hpp"
#include "messages/settings.hpp"
#include "net/clock.hpp"
#include "net/url.hpp"

namespace muster {

class wire_stream;

/// The opening handshake of a WebSocket over a stream that is connected.
/// Internal to the units that include Asio; use it on its strand only.
class ws_upgrade : public std::enable_shared_from_this<ws_upgrade> {
public:
  using strand = boost::asio::strand<boost::asio::io_context::executor_type>;

  /// errc{}, or what failed, a sentence about it, and how long the server
  /// asks to stay away. Called once.
  using handler = std::function<void(errc, std::string, timespan)>;

  ws_upgrade(strand on, const settings& cfg);
  ~ws_upgrade();

  /// Called once. What is under way keeps `stream`, and thereby the owner that
  /// it points into; `done` can rely on that owner and should not keep it.
  void ask(const std::shared_ptr<wire_stream>& stream, const url& to,
           handler done);

  /// Stops without calling `done`; who owns the stream closes it.
  void cancel();

private:
  struct asking;

  void failed(boost::system::error_code ec);
  void finish(errc code, std::string sentence, timespan retry_after);

  boost::asio::steady_timer timer_;
  timespan limit_;
  std::string user_agent_;
  std::string authority_;
  std::unique_ptr<asking> asking_;
  handler done_;
};

} // namespace muster
