#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/http_server.hpp"
#include "net/wire_stream.hpp"

namespace muster {

/// What the visits of a server share.
struct http_visit_config {
  http_policy policy;
  http_terms terms;
  http_server::handler pages;
  /// To the I/O thread, from any other.
  std::function<void(std::function<void()>)> post;
};

/// A connection of an http_server: one request after the other. Internal to the
/// units that see Asio; all on the I/O thread.
class http_visit : public std::enable_shared_from_this<http_visit> {
public:
  /// `gone` is called when it has ended, once.
  http_visit(std::shared_ptr<const http_visit_config> cfg,
             boost::asio::ip::tcp::socket from, std::function<void()> gone);

  void begin();
  /// Hangs up.
  void end();
  /// It waits for a request.
  bool is_idle() const { return idle_; }
  /// It waits for a page, not for its client.
  bool is_asking() const { return asking_; }

private:
  using error_code = boost::system::error_code;
  using request_parser =
      boost::beast::http::request_parser<boost::beast::http::empty_body>;
  using response =
      boost::beast::http::response<boost::beast::http::string_body>;

  boost::beast::tcp_stream& tcp() { return stream_.next_layer(); }

  template <class F>
  void guard(F&& f);
  void read();
  void judge();
  void ask();
  void answer(http_page page);
  /// Nobody has, in time.
  void await_page(std::uint64_t question);
  void write(http_page page);
  void refuse(unsigned status, const std::string& sentence);
  void written(error_code ec);
  /// The next part of a page that goes on.
  void write_part(http_page page);
  void await_part();
  /// Lets the client read the last answer, whatever it still sends.
  void linger();

  std::shared_ptr<const http_visit_config> cfg_;
  wire_stream stream_;
  std::string here_;
  std::function<void()> gone_;
  boost::asio::steady_timer patience_;
  boost::beast::flat_buffer in_;
  std::optional<request_parser> request_;
  std::optional<response> response_;
  /// Of the question that is being answered.
  std::string path_;
  /// Of a page that goes on: when there is more, and what is being written.
  std::chrono::milliseconds again_{0};
  std::string part_;
  std::array<char, 1024> unread_{};
  std::size_t passed_over_ = 0;
  /// Of this visit; so that a late page is not taken for the next one's.
  std::uint64_t questions_ = 0;
  bool asking_ = false;
  bool head_only_ = false;
  bool idle_ = true;
  bool done_ = false;
};

} // namespace muster
