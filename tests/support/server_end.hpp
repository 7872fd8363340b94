#pragma once

// Included after a suite has defined CAF_SUITE.

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
#include <utility>

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

namespace muster::test {

using namespace std::literals;

namespace asio = boost::asio;
using boost::system::error_code;

/// The end of a connection at a gateway or REST API: sends and reads bytes as
/// they are.
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

  /// The head of an HTTP request.
  std::string read_request() {
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos)
      request += read(1);
    return request;
  }

  /// The headers that accept the upgrade asked for by `request`.
  static std::string acceptance(const std::string& request) {
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
    return "Upgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: "
           + std::string{reinterpret_cast<char*>(answer.data())} + "\r\n";
  }

  /// Answers the HTTP request for an upgrade.
  void shake_hands() {
    write("HTTP/1.1 101 Switching Protocols\r\n" + acceptance(read_request())
          + "\r\n");
  }

  /// A client may hang up before it has read all: what it did then shows by
  /// what follows.
  void write(std::string_view bytes) {
    error_code ignored;
    if (tls_)
      asio::write(*tls_, asio::buffer(bytes), ignored);
    else
      asio::write(*socket_, asio::buffer(bytes), ignored);
  }

  /// A frame of `size` bytes; of the payload as much as is given. The last
  /// one of a message unless `more` follow.
  void write_frame(unsigned char opcode, std::string_view payload,
                   std::uint64_t size, bool more = false) {
    std::string header{static_cast<char>((more ? 0 : 0x80) | opcode)};
    auto bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
    header += static_cast<char>(bytes == 0 ? size : bytes == 2 ? 126 : 127);
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
      header += static_cast<char>(size >> shift);
    write(header.append(payload));
  }

  void write_text(std::string_view payload) {
    write_frame(1, payload, payload.size());
  }

  void write_close(std::uint16_t code) {
    const char bytes[] = {'\x88', 2, static_cast<char>(code >> 8),
                          static_cast<char>(code & 0xff)};
    write({bytes, 4});
  }

  /// A short text of the client's, `size` bytes long.
  std::string read_text(std::size_t size) {
    auto text = read_frame(1);
    CAF_CHECK_EQUAL(text.size(), size);
    return text;
  }

  /// The code of a close frame of the client's, the next thing it sends.
  std::uint16_t read_close() {
    auto code = read_frame(8);
    CAF_REQUIRE_EQUAL(code.size(), 2u);
    return static_cast<std::uint16_t>(static_cast<unsigned char>(code[0]) << 8
                                      | static_cast<unsigned char>(code[1]));
  }

  /// The payload of a pong of the client's, the next thing it sends.
  std::string read_pong() { return read_frame(10); }

  /// Opcode and payload of the client's next frame, below 64 kB and whole.
  std::pair<int, std::string> read_any() {
    auto head = read(2);
    CAF_REQUIRE((head[0] & 0x80) != 0);
    CAF_REQUIRE((head[1] & 0x80) != 0); // clients mask
    auto size = static_cast<std::size_t>(head[1] & 0x7f);
    if (size == 126) {
      auto length = read(2);
      size = static_cast<std::size_t>(static_cast<unsigned char>(length[0]))
                 << 8
             | static_cast<unsigned char>(length[1]);
    }
    auto frame = read(4 + size);
    for (std::size_t i = 0; i < size; ++i)
      frame[4 + i] = static_cast<char>(frame[4 + i] ^ frame[i % 4]);
    return {head[0] & 0x0f, frame.substr(4)};
  }

  /// Waits for the first bytes.
  void wait_for_bytes() { read(1); }

  bool at_end() {
    char byte = 0;
    error_code ec;
    asio::read(*socket_, asio::buffer(&byte, 1), ec);
    return ec == asio::error::eof;
  }

  /// Takes what is still to come.
  bool was_reset() {
    std::array<char, 4096> bytes;
    error_code ec;
    while (!ec)
      socket_->read_some(asio::buffer(bytes), ec);
    return ec == asio::error::connection_reset;
  }

  void hang_up() { socket_->close(); }

  void reset() {
    socket_->set_option(asio::socket_base::linger{true, 0});
    socket_->close();
  }

private:
  std::string read_frame(int opcode) {
    auto [found, payload] = read_any();
    CAF_CHECK_EQUAL(found, opcode);
    return payload;
  }

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
    timespan retry_after;
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

  void received_piece(frozen_buffer bytes) override {
    change([&] {
      ++pieces;
      piece_bytes += bytes.size();
    });
  }

  void skipped(frozen_buffer head, std::uint64_t size) override {
    change([&] {
      last = std::string{head.view()};
      skipped_bytes = size;
    });
  }

  void written(std::uint64_t ticket) override {
    change([&] { last_ticket = ticket; });
  }

  void closed(std::uint16_t code, errc error, std::string reason,
              timespan retry_after) override {
    change([&] {
      ends.push_back({code, error, std::move(reason), retry_after});
    });
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
  std::size_t pieces = 0;
  std::size_t piece_bytes = 0;
  std::uint64_t skipped_bytes = 0;
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

/// A server with and without TLS, and an I/O loop that trusts it.
struct server_fixture {
  server_fixture() {
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

  /// A gateway that a new connection has come to, and no more.
  gateway_end begin(bool tls = false) {
    sink = std::make_shared<recorder>();
    link = make_ws_factory(*loop, our_tls, cfg)(sink);
    link->open(address(tls ? "wss" : "ws"));
    return {acceptor.accept(), tls ? &their_tls : nullptr};
  }

  /// Connects a new connection to a new gateway.
  gateway_end open(bool tls = false) {
    auto result = begin(tls);
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

} // namespace muster::test
