#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "messages/errc.hpp"
#include "messages/settings.hpp"
#include "net/address_race.hpp"
#include "net/certificate_fault.hpp"
#include "net/clock.hpp"
#include "net/proxy_policy.hpp"
#include "net/url.hpp"
#include "net/wire_stream.hpp"

namespace muster {

/// The way to a server: host name, TCP, a proxy, TLS; each step within its own
/// time.
/// Internal to the units that include Beast; use it on its strand only.
class dialer : public std::enable_shared_from_this<dialer> {
public:
  using strand = boost::asio::strand<boost::asio::io_context::executor_type>;
  using endpoint = boost::asio::ip::tcp::endpoint;

  /// errc{}, or what failed and a sentence about it. Called once.
  using handler = std::function<void(errc, std::string)>;

  /// `proxies` null: all directly.
  dialer(strand on, const settings& cfg,
         std::shared_ptr<const proxy_policy> proxies = nullptr);

  /// Connects `stream` to `to`; encrypted as the stream is. Called once. What
  /// is under way keeps `stream`, and thereby the owner that it points into;
  /// `done` can rely on that owner and should not keep it.
  void dial(const std::shared_ptr<wire_stream>& stream, const url& to,
            handler done);

  /// The same with the host's addresses known, without a proxy.
  void dial(const std::shared_ptr<wire_stream>& stream, const url& to,
            std::vector<endpoint> addresses, handler done);

  /// Stops without calling `done`; who owns the stream closes it.
  void cancel();

private:
  using socket = boost::beast::tcp_stream::socket_type;

  void begin(const std::shared_ptr<wire_stream>& stream, const url& to,
             handler done);
  template <class F>
  auto then(F f);
  void expect_within(timespan limit, const std::string& what);
  /// Whom it connects to first, as sentences name it.
  std::string first_hop() const;
  void resolve();
  void connect(std::vector<endpoint> addresses);
  /// Begins the attempts that are due.
  void race();
  void attempt(const endpoint& to);
  void connected(wire_stream& stream, socket& winner);
  struct asking;
  void ask_proxy();
  void talk(const std::shared_ptr<asking>& x);
  void reached(wire_stream& stream);
  void shake_hands(wire_stream& stream);
  void finish(errc code, std::string sentence);

  timespan resolve_timeout_;
  timespan connect_timeout_;
  timespan handshake_timeout_;
  std::string user_agent_;
  std::shared_ptr<const proxy_policy> proxies_;
  /// Of `proxies_`; null: it goes directly.
  const proxy_address* proxy_ = nullptr;
  strand strand_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer stagger_;
  std::weak_ptr<wire_stream> stream_;
  url to_;
  handler done_;
  std::vector<endpoint> addresses_;
  address_race race_;
  std::vector<std::shared_ptr<socket>> attempts_;
  std::string last_failure_;
};

} // namespace muster
