#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/error.hpp>

namespace muster {

/// A port of this machine at which others connect. Internal to the units that
/// see Asio. All but the constructor and listen() is for the I/O thread.
class entrance {
public:
  using socket = boost::asio::ip::tcp::socket;

  explicit entrance(boost::asio::io_context& io) : acceptor_(io), pause_(io) {}

  /// Once. An error is the sentence `cannot`, why, and the mend; `elsewhere` is
  /// that for an address of another machine.
  caf::error listen(const boost::asio::ip::tcp::endpoint& where,
                    const std::string& cannot, const char* elsewhere);

  /// After listen().
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  /// Calls `take` for each who comes, until close(). What waits for them holds
  /// `owner`, whose part this is.
  void open(std::shared_ptr<void> owner, std::function<void(socket)> take);

  void close();
  bool is_closed() const { return closed_; }

private:
  void accept(std::shared_ptr<void> owner);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::function<void(socket)> take_;
  bool closed_ = false;
};

} // namespace muster
