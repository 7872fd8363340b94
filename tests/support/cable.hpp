#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace muster::test {

/// A port of this machine whose connections lead to another one, as long as
/// the cable is whole. While it is cut, nothing passes and nobody is told: new
/// connections are taken and get no answer, as where packets are swallowed.
class cable {
public:
  cable();
  ~cable();

  cable(const cable&) = delete;
  cable& operator=(const cable&) = delete;

  /// Where it begins.
  std::string port() const { return std::to_string(port_); }
  /// Where it ends; to be set before anybody comes.
  void lead_to(const std::string& port);

  /// What is cut stays dead when the cable is whole again, but for its ends.
  void cut() { whole_ = false; }
  void mend() { whole_ = true; }

  /// That have passed, both ways.
  std::uint64_t bytes() const { return bytes_; }

private:
  using tcp = boost::asio::ip::tcp;
  struct pair;

  void accept();
  void pass(const std::shared_ptr<pair>& x, bool back);

  boost::asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::atomic<std::uint16_t> to_ = 0;
  std::atomic<bool> whole_ = true;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::thread thread_;
};

} // namespace muster::test
