#define CAF_SUITE net_ws_connection

#include "net/ws_connection.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <mutex>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>
#include <unistd.h>

#include "app/simulator/certificate.hpp"
#include "net/rest_client.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::literals;

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// The end of a connection at the gateway: sends and reads bytes as they are.
class gateway_end {
public:
  /// With TLS unless `tls` is null.
  gateway_end(asio::ip::tcp::socket socket, asio::ssl::context* tls)
      : socket_(std::make_unique<asio::ip::tcp::socket>(std::move(socket))) {
    // What is written must not wait until a reset overtakes it.
    socket_->set_option(asio::ip::tcp::no_delay{true});
    if (tls == nullptr)
      return;
    tls_.emplace(*socket_, *tls);
    tls_->handshake(asio::ssl::stream_base::server);
  }

  /// Answers the HTTP request for an upgrade.
  void shake_hands() {
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos)
      request += read(1);
    constexpr auto name = "Sec-WebSocket-Key: "sv;
    auto at = request.find(name);
    CAF_REQUIRE(at != std::string::npos);
    at += name.size();
    auto key = request.substr(at, request.find('\r', at) - at)
               + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, 20> hash{};
    EVP_Digest(key.data(), key.size(), hash.data(), nullptr, EVP_sha1(),
               nullptr);
    std::array<unsigned char, 32> answer{};
    EVP_EncodeBlock(answer.data(), hash.data(), hash.size());
    write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
          "Connection: Upgrade\r\nSec-WebSocket-Accept: "
          + std::string{reinterpret_cast<char*>(answer.data())} + "\r\n\r\n");
  }

  void write(std::string_view bytes) {
    if (tls_)
      asio::write(*tls_, asio::buffer(bytes));
    else
      asio::write(*socket_, asio::buffer(bytes));
  }

  /// A frame of `size` bytes; of the payload as much as is given.
  void write_frame(unsigned char opcode, std::string_view payload,
                   std::uint64_t size) {
    std::string header{static_cast<char>(0x80 | opcode)};
    auto bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
    header += static_cast<char>(bytes == 0 ? size : bytes == 2 ? 126 : 127);
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
      header += static_cast<char>(size >> shift);
    write(header);
    write(payload);
  }

  void write_text(std::string_view payload) {
    write_frame(1, payload, payload.size());
  }

  void write_close(std::uint16_t code) {
    write({"\x88\x02", 2});
    const char bytes[] = {static_cast<char>(code >> 8),
                          static_cast<char>(code & 0xff)};
    write({bytes, 2});
  }

  /// A short text of the client's, `size` bytes long.
  std::string read_text(std::size_t size) {
    auto frame = read(6 + size);
    CAF_CHECK_EQUAL(frame[0], '\x81');
    for (std::size_t i = 0; i < size; ++i)
      frame[6 + i] ^= frame[2 + i % 4];
    return frame.substr(6);
  }

  /// The code of a close frame of the client's, the next thing it sends.
  std::uint16_t read_close() {
    auto frame = read(8);
    CAF_CHECK_EQUAL(frame.substr(0, 2), "\x88\x82");
    return static_cast<std::uint16_t>(
        static_cast<unsigned char>(frame[6] ^ frame[2]) << 8
        | static_cast<unsigned char>(frame[7] ^ frame[3]));
  }

  /// Waits for the first bytes.
  void wait_for_bytes() { read(1); }

  bool at_end() {
    char byte = 0;
    error_code ec;
    asio::read(*socket_, asio::buffer(&byte, 1), ec);
    return ec == asio::error::eof;
  }

  void hang_up() { socket_->close(); }

  void reset() {
    socket_->set_option(asio::socket_base::linger{true, 0});
    socket_->close();
  }

private:
  std::string read(std::size_t size) {
    std::string result(size, '\0');
    error_code ec;
    if (tls_)
      asio::read(*tls_, asio::buffer(result), ec);
    else
      asio::read(*socket_, asio::buffer(result), ec);
    if (ec)
      CAF_FAIL("the client said nothing: " << ec.message());
    return result;
  }

  std::unique_ptr<asio::ip::tcp::socket> socket_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
};

/// Keeps what a connection tells; each wait ends within a bound.
class recorder final : public connection_sink {
public:
  struct end {
    std::uint16_t code;
    errc error;
    std::string reason;
  };

  void opened() override {
    change([this] { is_open = true; });
  }

  void received(frozen_buffer bytes, bool) override {
    if (on_received)
      on_received();
    change([&] {
      ++frames;
      last = std::string{bytes.view()};
    });
  }

  void written(std::uint64_t ticket) override {
    change([&] { last_ticket = ticket; });
  }

  void closed(std::uint16_t code, errc error, std::string reason) override {
    change([&] { ends.push_back({code, error, std::move(reason)}); });
  }

  bool wait(const std::function<bool()>& done) {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, 20s, done);
  }

  /// How it ended.
  end wait_for_end() {
    CAF_REQUIRE(wait([this] { return !ends.empty(); }));
    return ends[0];
  }

  /// Runs on the I/O thread before a frame counts.
  std::function<void()> on_received;
  // Guarded by the lock that wait() holds while it looks.
  bool is_open = false;
  std::size_t frames = 0;
  std::string last;
  std::uint64_t last_ticket = 0;
  std::vector<end> ends;

private:
  template <class F>
  void change(F f) {
    std::lock_guard guard{mutex_};
    f();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
};

struct fixture {
  fixture() {
    auto made = sim::make_certificate("localhost");
    their_tls.use_certificate_chain(asio::buffer(made.leaf + made.ca));
    their_tls.use_private_key(asio::buffer(made.key), asio::ssl::context::pem);
    auto path = std::filesystem::temp_directory_path()
                / ("muster_ws_" + std::to_string(getpid()) + ".pem");
    std::ofstream{path} << made.ca;
    if (tls_context::make(path.string(), our_tls))
      CAF_FAIL("no TLS context");
    std::filesystem::remove(path);
  }

  std::string address(std::string_view scheme) const {
    return std::string{scheme}
           + "://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  }

  /// A gateway that answers nothing yet.
  gateway_end accept() { return {acceptor.accept(), nullptr}; }

  /// Connects a new connection to a new gateway.
  gateway_end open(bool tls = false) {
    sink = std::make_shared<recorder>();
    link = make_ws_factory(*loop, our_tls, cfg)(sink);
    link->open(address(tls ? "wss" : "ws"));
    gateway_end result{acceptor.accept(), tls ? &their_tls : nullptr};
    result.shake_hands();
    CAF_REQUIRE(sink->wait([this] { return sink->is_open; }));
    return result;
  }

  /// Fills the window of a connection that is told of no consumption.
  void stop_reading(gateway_end& gateway) {
    std::string megabyte(1 << 20, 'x');
    auto n = connection::read_window / megabyte.size();
    for (std::size_t i = 0; i < n; ++i)
      gateway.write_text(megabyte);
    CAF_REQUIRE(sink->wait([&] { return sink->frames == n; }));
  }

  /// Sends until it does not work any more.
  recorder::end send_to_the_end() {
    std::uint64_t ticket = 0;
    do {
      link->send("a heartbeat", ++ticket);
      CAF_REQUIRE(sink->wait(
          [&] { return sink->last_ticket == ticket || !sink->ends.empty(); }));
    } while (sink->last_ticket == ticket);
    return sink->wait_for_end();
  }

  settings cfg;
  std::shared_ptr<tls_context> our_tls;
  asio::ssl::context their_tls{asio::ssl::context::tls_server};
  std::unique_ptr<io_loop> loop = std::make_unique<io_loop>();
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor{
      io, {asio::ip::address_v4::loopback(), std::uint16_t{0}}};
  std::shared_ptr<recorder> sink;
  std::shared_ptr<connection> link;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(ws_connection_tests, fixture)

CAF_TEST(what is said passes both ways) {
  auto gateway = open();
  gateway.write_text("hello");
  CAF_CHECK(sink->wait([this] { return sink->last == "hello"; }));
  link->send("identify", 7);
  CAF_CHECK(sink->wait([this] { return sink->last_ticket == 7; }));
  CAF_CHECK_EQUAL(gateway.read_text(8), "identify");
}

CAF_TEST(a message of no bytes is passed on as such) {
  auto gateway = open(true);
  gateway.write_text("");
  CAF_CHECK(sink->wait([this] { return sink->frames == 1; }));
  CAF_CHECK_EQUAL(sink->last, "");
  gateway.write_text("hello");
  CAF_CHECK(sink->wait([this] { return sink->last == "hello"; }));
  CAF_CHECK(sink->ends.empty());
}

// -- the peer's close code ----------------------------------------------------

CAF_TEST(a close code is told without waiting for the gateway to hang up) {
  for (auto tls : {false, true}) {
    auto gateway = open(tls);
    gateway.write_close(4014);
    auto end = sink->wait_for_end();
    CAF_CHECK_EQUAL(end.code, 4014);
    CAF_CHECK_EQUAL(end.error, errc::connection_lost);
    CAF_CHECK_EQUAL(gateway.read_close(), 4014);
    CAF_CHECK(gateway.at_end());
  }
}

CAF_TEST(a close code that came before a write failed is found) {
  for (auto tls : {false, true}) {
    auto gateway = open(tls);
    stop_reading(gateway);
    auto frames = sink->frames;
    gateway.write_text("dropped");
    gateway.write_close(4004);
    gateway.hang_up();
    auto end = send_to_the_end();
    CAF_CHECK_EQUAL(end.code, 4004);
    CAF_CHECK_EQUAL(sink->frames, frames);
    link->send("too late", 99);
    link->close(4000);
    loop = std::make_unique<io_loop>(); // the old one says no more
    CAF_CHECK_EQUAL(sink->ends.size(), 1u);
  }
}

CAF_TEST(a failed write without a close code is a loss) {
  for (auto tls : {false, true}) {
    auto gateway = open(tls);
    stop_reading(gateway);
    gateway.write_text("dropped");
    gateway.hang_up();
    auto end = send_to_the_end();
    CAF_CHECK_EQUAL(end.code, 0);
    CAF_CHECK_EQUAL(end.error, errc::connection_lost);
    loop = std::make_unique<io_loop>(); // the old one says no more
    CAF_CHECK_EQUAL(sink->ends.size(), 1u);
  }
}

CAF_TEST(a close code counts although it cannot be answered) {
  for (auto tls : {false, true}) {
    std::promise<void> gone;
    auto gateway = open(tls);
    sink->on_received = [until = gone.get_future().share()] { until.wait(); };
    gateway.write_text("hello");
    gateway.write_close(4011);
    gateway.reset();
    gone.set_value();
    CAF_CHECK_EQUAL(sink->wait_for_end().code, 4011);
  }
}

// -- payloads that cannot be read ---------------------------------------------

CAF_TEST(a payload above the limit is told as such) {
  cfg.max_payload = 1000;
  auto gateway = open();
  gateway.write_text(std::string(1000, 'x'));
  CAF_CHECK(sink->wait([this] { return sink->frames == 1; }));
  link->consumed(1 << 20);
  gateway.write_frame(1, "x", 1001);
  auto end = sink->wait_for_end();
  CAF_CHECK_EQUAL(end.code, 0);
  CAF_CHECK_EQUAL(end.error, errc::payload_limit_exceeded);
  CAF_CHECK_EQUAL(gateway.read_close(), 1009);
}

CAF_TEST(text that is not UTF8 is told as such) {
  auto gateway = open();
  gateway.write_text("{\"a\":\"\xff\"}");
  auto end = sink->wait_for_end();
  CAF_CHECK_EQUAL(end.code, 0);
  CAF_CHECK_EQUAL(end.error, errc::malformed_json);
  CAF_CHECK_EQUAL(sink->frames, 0u);
}

// -- our close ----------------------------------------------------------------

CAF_TEST(a close of ours ends once) {
  auto gateway = open();
  link->close(4000);
  link->close(4000);
  CAF_CHECK_EQUAL(gateway.read_close(), 4000);
  gateway.write_close(4000);
  sink->wait_for_end();
  link->close(4000);
  link->send("too late", 1);
  link->consumed(1);
  loop->stop();
  CAF_CHECK_EQUAL(sink->ends.size(), 1u);
  CAF_CHECK_EQUAL(sink->last_ticket, 0u);
}

CAF_TEST(a close that is not answered ends) {
  cfg.close_timeout = 50ms;
  auto gateway = open();
  link->close(4000);
  CAF_CHECK_EQUAL(gateway.read_close(), 4000);
  CAF_CHECK_EQUAL(sink->wait_for_end().code, 0);
}

CAF_TEST(a close while nothing is read ends) {
  auto gateway = open();
  stop_reading(gateway);
  link->close(4000);
  CAF_CHECK_EQUAL(gateway.read_close(), 4000);
  gateway.write_close(4000);
  CAF_CHECK_EQUAL(sink->wait_for_end().code, 0);
}

// -- lifetime -----------------------------------------------------------------

CAF_TEST(a loop that was stopped keeps no connection) {
  for (auto scheme : {"ws", "wss"}) { // in the upgrade, and with the dialer
    loop = std::make_unique<io_loop>();
    sink = std::make_shared<recorder>();
    std::weak_ptr<recorder> kept = sink;
    link = make_ws_factory(*loop, our_tls, cfg)(sink);
    link->open(address(scheme));
    auto gateway = accept();
    gateway.wait_for_bytes();
    loop->stop();
    CAF_CHECK(sink->ends.empty());
    sink.reset();
    link.reset();
    loop.reset();
    CAF_CHECK(kept.expired());
  }
}

CAF_TEST(a connection may outlive its loop) {
  // Posted after the end, nothing runs.
  sink = std::make_shared<recorder>();
  link = make_ws_factory(*loop, our_tls, cfg)(sink);
  link->open(address("ws"));
  auto gateway = accept();
  gateway.wait_for_bytes();
  loop.reset();
  link->send("too late", 1);
  link->close(4000);
  link.reset();
  CAF_CHECK(sink->ends.empty());
}

CAF_TEST(a loop that was stopped keeps no lookup) {
  for (auto scheme : {"http", "https"}) {
    loop = std::make_unique<io_loop>();
    cfg.rest_url = address(scheme);
    auto held = std::make_shared<int>();
    std::weak_ptr<int> kept = held;
    auto called = std::make_shared<std::atomic<bool>>(false);
    make_rest_lookup(*loop, our_tls, cfg, nullptr)(
        [called, held = std::move(held)](gateway_answer) { *called = true; });
    auto gateway = accept();
    gateway.wait_for_bytes();
    loop.reset();
    CAF_CHECK(!*called);
    CAF_CHECK(kept.expired());
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
