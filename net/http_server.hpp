#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <caf/error.hpp>

#include "messages/node_address.hpp"
#include "net/http_policy.hpp"
#include "net/io_loop.hpp"

namespace muster {

/// What a path shows.
struct http_page {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  /// What a browser may do with it.
  std::string content_policy = "default-src 'none'; frame-ancestors 'none'";
  /// Not zero: more is to come. It is asked for again after so long, until the
  /// client leaves, and its body sent behind this one.
  std::chrono::milliseconds again{0};
};

/// The bounds of a server.
struct http_terms {
  /// At a time; for one more, the one goes that has come first of those who ask
  /// nothing, or else of those who do not take their answer or are told more
  /// and more.
  std::size_t most_visits = 64;
  /// Of a request.
  std::size_t most_head = std::size_t{8} << 10;
  /// From the connect to the end of the first head.
  std::chrono::milliseconds head_within = std::chrono::seconds(15);
  /// From an answer to the end of the next head; longer than what collects
  /// figures waits.
  std::chrono::milliseconds idle_within = std::chrono::minutes(2);
  /// Until the page is known; then it is 503.
  std::chrono::milliseconds page_within = std::chrono::seconds(5);
  /// Until the client has taken it.
  std::chrono::milliseconds taken_within = std::chrono::seconds(15);
};

/// Shows pages to who asks, by HTTP/1.1 without TLS, and takes nothing: for
/// what collects figures and for operators' browsers. Calls back on the I/O
/// thread. Thread-safe.
class http_server {
public:
  struct impl;

  /// Gives the page, once, from any thread.
  using reply = std::function<void(http_page)>;
  /// Asked for one of the policy's paths.
  using handler = std::function<void(const std::string& path, reply)>;

  http_server(const io_loop& loop, http_policy policy, http_terms terms,
              handler pages);
  /// Does what close() does.
  ~http_server();

  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// Listens at `where` (port 0: any) and gives the port. Errors say the mend.
  /// Called once.
  caf::error listen(const node_address& where, std::uint16_t& listening);

  /// Hangs up on all; the port is free when it returns, unless the I/O thread
  /// is busy for a second. Not on that thread.
  void close();

private:
  std::shared_ptr<io_loop::context> loop_;
  std::shared_ptr<impl> impl_;
};

} // namespace muster
