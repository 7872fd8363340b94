#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace muster::test {

/// A client of a port on this machine that sends what it is told byte for byte:
/// HTTP first, then WebSocket. Every read ends after a minute at the most; it
/// then fails the test. Not thread-safe.
class raw_client {
public:
  /// What came in one WebSocket frame.
  struct frame {
    bool binary = false;
    /// Set by a close frame; then `bytes` is its reason.
    std::uint16_t close_code = 0;
    std::string bytes;
  };

  explicit raw_client(std::uint16_t port);
  ~raw_client();

  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// Sends bytes as they are.
  void write(std::string_view bytes);

  /// Sends an HTTP request; the answer's head, status line included. Its body
  /// goes into `body` if it has a Content-Length.
  std::string ask(std::string_view request, std::string* body = nullptr);

  /// Passes over what comes; true if the other side then hangs up.
  bool is_over();

  /// Sends one text frame, masked as a client has to.
  void say(std::string_view text);

  frame read_frame();

  /// The next message as JSON, if need be inflated as a whole zlib stream;
  /// a close fails the test.
  nlohmann::json read();

  /// The same for the next event of that name; others are passed over.
  nlohmann::json read_event(std::string_view name);

  /// Binary messages among those that read() has given.
  unsigned binary_messages() const { return binary_; }

  /// The next so many bytes.
  std::string take(std::size_t count);

private:
  int socket_ = -1;
  unsigned binary_ = 0;
};

} // namespace muster::test
