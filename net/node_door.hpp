#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <caf/error.hpp>

#include "net/io_loop.hpp"
#include "net/node_keys.hpp"
#include "net/node_link.hpp"

namespace muster {

/// The bounds of links; sound for any network.
struct link_terms {
  /// Told to the other side, 255 bytes at most.
  std::string hello;
  /// Of each frame, and what gives the length of the body behind it; nullopt
  /// ends the link.
  std::size_t head = 0;
  std::function<std::optional<std::size_t>(const char*)> body_of;
  /// TLS, and both hellos.
  std::chrono::milliseconds handshake_within = std::chrono::seconds(5);
  /// To send what is left at the end.
  std::chrono::milliseconds farewell_within = std::chrono::milliseconds(500);
  /// Accepted, not yet known; for one more the oldest goes.
  std::size_t most_half_open = 128;
  /// Bytes that the other side does not take; above, the link ends.
  std::size_t most_unsent = std::size_t{64} << 20;
  /// Bytes of frames that are not consumed; above, reading pauses.
  std::size_t read_ahead = std::size_t{256} << 10;
};

/// Where links to other processes begin and come in: both sides show
/// certificates, and nothing that a stranger sends gets past it (C14). Calls
/// back on the I/O thread. Thread-safe.
class node_door {
public:
  struct impl;

  /// Null and why there is no link.
  using dialed = std::function<void(std::shared_ptr<node_link>, std::string)>;

  struct callbacks {
    std::function<void(std::shared_ptr<node_link>)> accepted;
    /// Somebody has come who has not shown a certificate of ours; from where,
    /// and a sentence.
    std::function<void(const std::string&, const std::string&)> refused;
  };

  node_door(const io_loop& loop, std::shared_ptr<node_keys> keys,
            link_terms terms, callbacks told);
  /// Does what close() does.
  ~node_door();

  /// Takes links at `host`, a name or an address, and `port` (0: any); gives
  /// the port. Errors say the mend. Called once.
  caf::error listen(const std::string& host, std::uint16_t port,
                    std::uint16_t& listening);

  /// What is wrong with who has said this hello, or an empty string.
  using hello_check = std::function<std::string(const std::string&)>;

  /// `check` is asked before this side says its own hello.
  void dial(const std::string& host, std::uint16_t port, hello_check check,
            dialed told);

  /// Nobody comes any longer, and nobody is dialed; links go on.
  void close_entrance();
  /// No more links: those that are there send what is left, and end.
  void close();

  /// After close(): true when all of them have ended.
  bool wait_closed(std::chrono::milliseconds patience);

private:
  std::shared_ptr<io_loop::context> loop_;
  std::shared_ptr<impl> impl_;
};

} // namespace muster
