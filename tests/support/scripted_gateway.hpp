#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

namespace muster::test {

/// A gateway on loopback, REST and WebSocket, that says what a test wants, byte
/// for byte: the simulator says nothing that Discord would not. One client
/// connection at a time, in a thread of its own.
class scripted_gateway {
public:
  /// What is said when the client has sent a payload. Runs in that thread.
  using script = std::function<std::vector<std::string>(const nlohmann::json&)>;

  explicit scripted_gateway(script answer);
  ~scripted_gateway();

  /// For --rest-url.
  std::string rest_url() const;

private:
  struct server;

  void serve();

  script answer_;
  std::unique_ptr<server> server_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace muster::test
