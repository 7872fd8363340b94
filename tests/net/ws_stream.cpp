#define CAF_SUITE net_ws_stream

#include "net/ws_stream.hpp"

#include <map>
#include <tuple>

#include "tests/support/frames.hpp"
#include "tests/support/server_end.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST_FIXTURE_SCOPE(ws_stream_tests, server_fixture)

CAF_TEST(a ping is answered between the frames of a message) {
  for (auto tls : {false, true}) {
    auto gateway = open(tls);
    gateway.write(part(1, "hel") + frame(9, "beat") + frame(0, "lo"));
    CAF_CHECK_EQUAL(gateway.read_pong(), "beat");
    CAF_CHECK(sink->wait([this] { return sink->last == "hello"; }));
    gateway.write(frame(10, "nobody asked") + frame(9, ""));
    CAF_CHECK_EQUAL(gateway.read_pong(), "");
    CAF_CHECK(sink->ends.empty());
  }
}

CAF_TEST(of many pings that cannot be answered the last one is) {
  auto gateway = open(true);
  // Nobody reads what is sent until the systems hold no more.
  std::string large(4000, 'x');
  for (std::uint64_t i = 1; i <= 5000; ++i)
    link->send(large, i);
  for (int i = 0; i < 20'000; ++i)
    gateway.write(frame(9, std::to_string(i)));
  gateway.write_text("seen");
  CAF_CHECK(sink->wait([this] { return sink->last == "seen"; }));
  auto texts = 0;
  std::string pong;
  for (auto more = true; more;) {
    auto [opcode, payload] = gateway.read_any();
    if (opcode == 10)
      pong = payload;
    texts += opcode == 1 && payload == large;
    more = texts < 5000 || pong != "19999";
  }
  CAF_CHECK_EQUAL(texts, 5000);
  CAF_CHECK(sink->ends.empty());
}

CAF_TEST(frames that break the protocol are answered with a close) {
  for (auto tls : {false, true})
    for (auto& [bytes, code] :
         std::map<std::string, int>{{frame(3, ""), 1002},
                                    {frame(1, "\xff"), 1007},
                                    {"\x81\x81mask!", 1002},
                                    {frame(8, "x"), 1002},
                                    {part(1, "") + frame(2, "x"), 1002}}) {
      auto gateway = open(tls);
      gateway.write(bytes + frame(1, "not heard") + frame(9, "nor answered"));
      CAF_CHECK_EQUAL(gateway.read_close(), code);
      auto end = sink->wait_for_end();
      CAF_CHECK_EQUAL(end.code, 0);
      CAF_CHECK_EQUAL(end.error, code == 1007 ? errc::malformed_json
                                              : errc::connection_lost);
      CAF_CHECK_EQUAL(sink->frames, 0u);
      gateway.hang_up();
    }
}

CAF_TEST(what the gateway says counts when both close) {
  // Its frame is no answer to ours.
  auto gateway = open();
  stop_reading(gateway);
  gateway.write_close(4014);
  link->close(4000);
  auto end = sink->wait_for_end();
  CAF_CHECK_EQUAL(end.code, 4014);
  CAF_CHECK_EQUAL(gateway.read_close(), 4000);
}

CAF_TEST(a close without a code is a close) {
  auto gateway = open(true);
  gateway.write(frame(8, ""));
  CAF_CHECK_EQUAL(gateway.read_close(), 1000);
  auto end = sink->wait_for_end();
  CAF_CHECK_EQUAL(end.code, 0);
  CAF_CHECK_EQUAL(end.reason, "closed by the gateway");
}

CAF_TEST(behind a close nothing is heard or said) {
  auto gateway = open();
  gateway.write(frame(1, "last") + frame(8, code(4009)) + frame(1, "late"));
  CAF_CHECK_EQUAL(sink->wait_for_end().code, 4009);
  CAF_CHECK_EQUAL(sink->last, "last");
  link->send("too late", 1);
  CAF_CHECK_EQUAL(gateway.read_close(), 4009);
  CAF_CHECK(gateway.at_end());
}

CAF_TEST(while it closes messages are passed over) {
  for (auto tls : {false, true}) {
    auto gateway = open(tls);
    gateway.write_frame(1, "begun, ", 1000);
    link->close(4000);
    CAF_CHECK_EQUAL(gateway.read_close(), 4000);
    gateway.write(std::string(993, 'x') + frame(1, "hello")
                  + frame(2, std::string(100'000, 'y')) + frame(9, "beat")
                  + frame(8, code(4000)));
    auto end = sink->wait_for_end();
    CAF_CHECK_EQUAL(end.code, 0);
    CAF_CHECK_EQUAL(end.reason, "closed");
    CAF_CHECK_EQUAL(sink->frames, 0u);
  }
}

CAF_TEST(a gateway that takes nothing does not keep a close) {
  cfg.close_timeout = 50ms;
  auto gateway = open(true);
  std::string large(4000, 'x');
  for (std::uint64_t i = 1; i <= 5000; ++i)
    link->send(large, i);
  gateway.write_close(4000);
  CAF_CHECK_EQUAL(sink->wait_for_end().code, 4000);
  CAF_CHECK(sink->last_ticket < 5000);
}

CAF_TEST(a pong that waits is not taken for the close behind it) {
  for (auto by_us : {false, true}) {
    auto gateway = open(true);
    // Until the systems take no more.
    std::string ping = frame(9, std::string(125, 'p'));
    for (int i = 0; i < 60'000; ++i)
      gateway.write(ping);
    gateway.write_text("seen");
    CAF_CHECK(sink->wait([this] { return sink->last == "seen"; }));
    if (by_us)
      link->close(4000);
    else
      gateway.write_close(4000);
    auto opcode = 0;
    std::string payload;
    while (opcode != 8)
      std::tie(opcode, payload) = gateway.read_any();
    CAF_CHECK_EQUAL(payload, code(4000));
    gateway.hang_up();
    sink->wait_for_end();
  }
}

CAF_TEST(a gateway may answer a close with a code of its own) {
  for (auto answer : {"", "\x03\xe8", "\x03\xe9"}) {
    auto gateway = open();
    link->close(4000);
    CAF_CHECK_EQUAL(gateway.read_close(), 4000);
    gateway.write(frame(8, answer));
    auto end = sink->wait_for_end();
    CAF_CHECK_EQUAL(end.code, 0);
    CAF_CHECK_EQUAL(end.reason, "closed");
  }
}

CAF_TEST(small messages that come at once are told one by one) {
  for (auto tls : {false, true}) {
    auto gateway = open(tls);
    std::string all;
    for (int i = 0; i < 5000; ++i)
      all +=
          frame(1 + i % 2, std::string(static_cast<std::size_t>(i % 300), 'x'));
    gateway.write(all + frame(1, "last"));
    CAF_CHECK(sink->wait([this] { return sink->last == "last"; }));
    CAF_CHECK_EQUAL(sink->frames, 5001u);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
