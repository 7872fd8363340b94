#define CAF_SUITE net_ws_connection

#include "net/ws_connection.hpp"

#include "tests/support/server_end.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST_FIXTURE_SCOPE(ws_connection_tests, server_fixture)

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

CAF_TEST(F2 a text above the limit costs that text only) {
  cfg.max_payload = 10'000;
  auto gateway = open();
  gateway.write_text(std::string(10'000, 'x'));
  CAF_CHECK(sink->wait([this] { return sink->frames == 1; }));
  link->consumed(1 << 20);
  // As one frame and, with a ping between them, as many.
  gateway.write_text("head" + std::string(10'000, 'x'));
  CAF_CHECK(sink->wait([this] { return sink->skipped_bytes == 10'004; }));
  CAF_CHECK_EQUAL(sink->last, "head" + std::string(4092, 'x'));
  std::string part(1000, 'y');
  gateway.write_frame(1, "other", 5, true);
  for (int i = 0; i < 5000; ++i) {
    gateway.write_frame(0, part, part.size(), true);
    if (i % 1000 == 0)
      gateway.write_frame(9, "", 0);
  }
  gateway.write_frame(0, "", 0);
  CAF_CHECK(sink->wait([this] { return sink->skipped_bytes == 5'000'005; }));
  CAF_CHECK_EQUAL(sink->last.substr(0, 8), "otheryyy");
  gateway.write_text("small");
  CAF_CHECK(sink->wait([this] { return sink->last == "small"; }));
  CAF_CHECK_EQUAL(sink->frames, 2u);
  CAF_CHECK(sink->ends.empty());
}

CAF_TEST(F1 an announced size reserves nothing) {
  auto gateway = open();
  gateway.write_frame(1, "x", std::uint64_t{1} << 62);
  for (int i = 0; i < 100; ++i)
    gateway.write(std::string(1 << 16, 'x'));
  link->close(4000);
  CAF_CHECK_EQUAL(gateway.read_close(), 4000);
  gateway.hang_up();
  sink->wait_for_end();
  CAF_CHECK_EQUAL(sink->frames, 0u);
}

CAF_TEST(F2 a long compressed message comes in pieces) {
  cfg.max_payload = 4096; // is for the inflater to judge
  auto gateway = open();
  std::string megabyte(1 << 20, 'z');
  auto writer = std::async(std::launch::async, [&] {
    gateway.write_frame(2, "", 9 << 20);
    for (int i = 0; i < 9; ++i)
      gateway.write(megabyte);
    gateway.write_frame(2, "short", 5);
  });
  // The window is full, and so it stays until the pieces are dealt with.
  CAF_CHECK(sink->wait([&] {
    return sink->piece_bytes + connection::frame_overhead * sink->pieces
           >= connection::read_window;
  }));
  CAF_CHECK(sink->piece_bytes < connection::read_window + (2 << 20));
  std::size_t dealt_with = 0;
  auto caught_up = [&] {
    auto all = sink->piece_bytes + connection::frame_overhead * sink->pieces;
    link->consumed(all - dealt_with);
    dealt_with = all;
    return sink->last == "short";
  };
  CAF_CHECK(sink->wait(caught_up));
  writer.get();
  CAF_CHECK_EQUAL(sink->frames, 2u);
  CAF_CHECK(sink->piece_bytes <= 9 << 20); // the rest came as the message
  CAF_CHECK(sink->pieces > 4);
  CAF_CHECK(sink->ends.empty());
}

CAF_TEST(F1 a sink that throws ends its connection only) {
  auto gateway = open();
  sink->on_received = [] { throw std::bad_alloc{}; };
  gateway.write_text("hello");
  auto end = sink->wait_for_end();
  CAF_CHECK_EQUAL(end.error, errc::connection_lost);
  CAF_CHECK(end.reason.find("bad_alloc") != std::string::npos);
  auto next = open();
  next.write_text("hello");
  CAF_CHECK(sink->wait([this] { return sink->last == "hello"; }));
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

// -- the answer to the upgrade ------------------------------------------------

CAF_TEST(interim answers and long headers are no refusal) {
  for (auto tls : {false, true}) {
    auto gateway = begin(tls);
    auto request = gateway.read_request();
    gateway.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
                  "Link: </a>\r\n\r\n");
    // What comes with it is not lost.
    gateway.write("HTTP/1.1 101 Switching Protocols\r\nX-Long: "
                  + std::string(40'000, 'x') + "\r\n"
                  + gateway_end::acceptance(request) + "\r\n\x81\x05hello");
    CAF_CHECK(sink->wait([this] { return sink->last == "hello"; }));
    link->send("identify", 7);
    CAF_CHECK_EQUAL(gateway.read_text(8), "identify");
  }
}

CAF_TEST(an answer in single bytes is an answer) {
  auto gateway = begin();
  auto answer = "HTTP/1.1 101 Switching Protocols\r\n"
                + gateway_end::acceptance(gateway.read_request())
                + "\r\n\x81\x02hi";
  for (char c : answer)
    gateway.write({&c, 1});
  CAF_CHECK(sink->wait([this] { return sink->last == "hi"; }));
}

CAF_TEST(a refusal tells its status and how long to stay away) {
  auto gateway = begin();
  gateway.read_request();
  gateway.write("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\n"
                "Content-Length: 1000000000000\r\n\r\n");
  gateway.hang_up();
  auto end = sink->wait_for_end();
  CAF_CHECK_EQUAL(end.error, errc::handshake_failed);
  CAF_CHECK(end.reason.find("HTTP 503") != std::string::npos);
  CAF_CHECK(end.reason.find("120 s") != std::string::npos);
  CAF_CHECK(end.retry_after == 120s);
}

CAF_TEST(what is no acceptance ends as a failed handshake) {
  cfg.handshake_timeout = 300ms;
  for (auto answer :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: abcd\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://other/\r\n\r\n"}) {
    CAF_MESSAGE(answer);
    auto gateway = begin();
    gateway.read_request();
    gateway.write(answer);
    auto end = sink->wait_for_end();
    CAF_CHECK_EQUAL(end.error, errc::handshake_failed);
    CAF_CHECK(end.retry_after == 0s);
  }
  auto gateway = begin();
  gateway.read_request();
  gateway.write("HTTP/1.1 10");
  CAF_CHECK_EQUAL(sink->wait_for_end().error, errc::timed_out);
}

CAF_TEST_FIXTURE_SCOPE_END()
