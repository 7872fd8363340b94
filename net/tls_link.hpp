#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/certificate_fault.hpp"
#include "net/dialer.hpp"
#include "net/node_door.hpp"
#include "net/node_keys_impl.hpp"

namespace muster {

/// What the links of a door share.
struct tls_link_config {
  /// Of which no link is the owner: what waits in it keeps links.
  boost::asio::io_context& io;
  std::shared_ptr<node_keys> keys;
  link_terms terms;
};

/// A link over TLS 1.3. The side that was dialed says its hello first: only
/// that proves to the other one that its certificate was taken. Internal to
/// the units that see Asio. All but what node_link has runs on the I/O thread.
/// Who holds one beyond that thread holds its io_context, too.
class tls_link final : public node_link,
                       public std::enable_shared_from_this<tls_link> {
public:
  using socket = boost::asio::ip::tcp::socket;

  /// Null and why there is no link; called once.
  using handler = std::function<void(std::shared_ptr<tls_link>, std::string)>;

  /// `gone` is called at its end, whether it ever was open or not.
  tls_link(std::shared_ptr<const tls_link_config> cfg,
           std::function<void()> gone);
  ~tls_link() override;

  void accept(socket from, handler told);
  void dial(const std::string& host, std::uint16_t port,
            node_door::hello_check check, handler told);
  /// The other side has shown a certificate of ours, and then gone away.
  bool thought_better() const { return certified_ && hung_up_; }

  const link_info& info() const override { return info_; }
  void start(std::shared_ptr<link_sink> sink) override;
  void consumed(std::size_t bytes) override;
  void send(std::vector<char> bytes) override;
  void finish() override;
  void close(const std::string& why) override;

  void shut(const std::string& why);

private:
  using error_code = boost::system::error_code;
  using stream = boost::asio::ssl::stream<socket>;

  template <class F>
  auto then(F f);
  /// Calls `f(*this)` on the I/O thread, unless it has ended by then.
  template <class F>
  void post(F f);
  template <class F>
  void post_locked(F f);
  void expect_within(std::chrono::milliseconds limit, const char* otherwise);

  // -- tls_link_opening.cpp ---------------------------------------------------
  void open(socket from);
  /// A completion handler of an opening: an error ends the link.
  template <class F>
  auto step(F f);
  bool watch_certificate();
  void shake_hands();
  void say_hello();
  void hear_hello();
  void heard_hello();
  void opened();
  std::string failure(const error_code& ec);

  // -- tls_link.cpp: frames ---------------------------------------------------
  void read();
  bool cut_frames();
  void write();
  void say_farewell();

  std::shared_ptr<const tls_link_config> cfg_;
  std::function<void()> gone_;
  std::optional<stream> stream_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<dialer> dialer_;
  link_info info_;
  handler told_;
  node_door::hello_check check_;
  bool certified_ = false;
  bool hung_up_ = false;
  std::shared_ptr<link_sink> sink_;
  std::optional<certificate_fault> fault_;
  std::string greeting_;
  std::string why_;
  bool shut_ = false;
  bool reading_ = false;
  bool finishing_ = false;
  bool parting_ = false;
  /// Read, of which `filled_` bytes are not cut yet.
  std::vector<char> in_;
  std::size_t filled_ = 0;
  /// Bytes of frames that are not consumed.
  std::size_t ahead_ = 0;
  std::vector<char> out_;
  /// Guards the rest, which other threads add to.
  std::mutex mutex_;
  std::vector<char> unsent_;
  std::size_t in_flight_ = 0;
  bool writing_ = false;
  /// Takes no more, and: has ended.
  bool deaf_ = false;
  bool over_ = false;
};

/// A completion handler that does nothing after the end, and ends the link
/// where it throws (F1).
template <class F>
auto tls_link::then(F f) {
  return [self = shared_from_this(), f](error_code ec, auto&&... xs) {
    if (!self->shut_)
      guarded([&] { f(ec, xs...); },
              [&](const std::string& what) { self->shut(what); });
  };
}

} // namespace muster
