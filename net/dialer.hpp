#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "messages/errc.hpp"
#include "messages/settings.hpp"
#include "net/clock.hpp"
#include "net/url.hpp"
#include "net/wire_stream.hpp"

namespace muster {

/// The way to a server: host name, TCP, TLS; each step within its own time.
/// Internal to the units that include Beast; use it on its strand only.
class dialer : public std::enable_shared_from_this<dialer> {
public:
  using strand = boost::asio::strand<boost::asio::io_context::executor_type>;

  /// errc{}, or what failed and a sentence about it. Called once.
  using handler = std::function<void(errc, std::string)>;

  dialer(strand on, const settings& cfg);

  /// Connects `stream` to `to`; encrypted as the stream is. Called once. What
  /// is under way keeps `stream`, and thereby the owner that it points into;
  /// `done` can rely on that owner and should not keep it.
  void dial(const std::shared_ptr<wire_stream>& stream, const url& to,
            handler done);

  /// Stops without calling `done`; who owns the stream closes it.
  void cancel();

private:
  template <class F>
  auto then(F f);
  void expect_within(timespan limit, const char* what);
  void resolve();
  void connect(wire_stream& stream,
               const boost::asio::ip::tcp::resolver::results_type& endpoints);
  void shake_hands(wire_stream& stream);
  void finish(errc code, std::string sentence);

  timespan resolve_timeout_;
  timespan connect_timeout_;
  timespan handshake_timeout_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  std::weak_ptr<wire_stream> stream_;
  url to_;
  handler done_;
};

} // namespace muster
