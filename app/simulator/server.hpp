#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "app/simulator/gateway.hpp"

namespace muster::sim {

/// The sockets of a simulator: REST and gateway on one port, plain or TLS. It
/// runs one thread, and only that thread touches the gateway.
class server {
public:
  /// Listens and starts the thread; `gw` must outlive the server. Throws
  /// boost::system::system_error if it cannot listen. TLS when `cert_chain`
  /// (PEM) is not empty.
  server(gateway& gw, const std::string& cert_chain, const std::string& key);

  /// Stops the thread and closes every connection.
  ~server();

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  std::uint16_t port() const;

  /// Runs `f` on the thread; callable from any thread.
  void post(std::function<void()> f);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace muster::sim
