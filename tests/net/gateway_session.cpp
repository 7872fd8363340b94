#define CAF_SUITE net_gateway_session

#include "net/gateway_session.hpp"

#include "net/opcode.hpp"
#include "tests/support/session_fixture.hpp"

using namespace muster;
using namespace muster::test;
namespace act = session_action;
using phase = gateway_session::phase;

CAF_TEST_FIXTURE_SCOPE(gateway_session_tests, session_fixture)

// -- the way to READY ---------------------------------------------------------

CAF_TEST(a session starts with hello and identify) {
  CAF_CHECK(session.state() == phase::idle);
  session.start(gateway_url, now);
  CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway);
  session.opened(now);
  CAF_CHECK(session.state() == phase::greeting);
  CAF_CHECK_EQUAL(actions(), "");
  random = 0.5;
  hello();
  CAF_CHECK_EQUAL(actions(), "ask_identify");
  CAF_CHECK(session.due() == now + 20s); // the first heartbeat
  session.identify_granted(now);
  CAF_CHECK_EQUAL(actions(), "identify");
  become_ready(1);
  CAF_CHECK(session.is_ready());
  CAF_CHECK_EQUAL(session.session_id(), "s1");
  CAF_CHECK(session.sequence() == 1u);
  CAF_CHECK_EQUAL(actions(), "");
  wait();
  CAF_CHECK_EQUAL(actions(), "heartbeat");
}

CAF_TEST(the query names the compression) {
  for (auto [method, query] :
       {std::pair{compression::none, "/?v=10&encoding=json"},
        std::pair{compression::zlib,
                  "/?v=10&encoding=json&compress=zlib-stream"}}) {
    settings other;
    other.compress = method;
    gateway_session x{other, [] { return 0.0; }};
    x.start(gateway_url, now);
    auto wanted = x.take_actions();
    CAF_REQUIRE_EQUAL(wanted.size(), 1u);
    CAF_CHECK_EQUAL(word(wanted[0]), "connect "s + gateway_url + query);
  }
}

CAF_TEST(starting twice connects once) {
  session.start(gateway_url, now);
  session.start(gateway_url, now);
  CAF_CHECK_EQUAL(session.take_actions().size(), 1u);
}

CAF_TEST(leave to identify that is not awaited is ignored) {
  session.start(gateway_url, now);
  session.identify_granted(now);
  start_to_ready();
  session.identify_granted(now);
  CAF_CHECK_EQUAL(actions(), "");
  CAF_CHECK(session.is_ready());
}

CAF_TEST(the wait for leave to identify has no end) {
  cfg.ready_timeout = 60s;
  session.start(gateway_url, now);
  open();
  session.take_actions();
  for (int i = 0; i < 100; ++i) {
    control(11);
    wait();
    CAF_CHECK_EQUAL(actions(), "heartbeat");
  }
  CAF_CHECK(session.state() == phase::queued);
}

CAF_TEST(a heartbeat that is asked for is sent at once) {
  start_to_ready();
  control(1);
  CAF_CHECK_EQUAL(actions(), "heartbeat");
}

CAF_TEST(a heartbeat interval that would fill the window is raised) {
  session.start(gateway_url, now);
  session.opened(now);
  session.take_actions();
  random = 0.5;
  control(10, R"({"heartbeat_interval":10})");
  CAF_CHECK_EQUAL(actions(), "note, ask_identify");
  CAF_CHECK(session.beat().interval() == session.least_interval());
  CAF_CHECK(session.least_interval() >= 1s);
}

CAF_TEST(a heartbeat that is withheld misses no ACK) {
  start_to_ready();
  for (int i = 0; i < 20; ++i) {
    wait();
    CAF_CHECK_EQUAL(actions(), "heartbeat");
    session.beat_withheld(now + 1s);
    CAF_CHECK(wait_left() == 1s);
  }
  CAF_CHECK(session.is_ready());
}

CAF_TEST(unknown opcodes and a second HELLO are ignored) {
  start_to_ready();
  for (int op : {2, 3, 5, 6, 8, 10, 12, 99, 255})
    control(op, R"({"heartbeat_interval":1})");
  CAF_CHECK_EQUAL(actions(), "");
  CAF_CHECK(session.is_ready());
  CAF_CHECK(session.beat().interval() == 40s);
}

// -- what may go wrong on the way ---------------------------------------------

CAF_TEST(op 7 instead of HELLO reconnects) {
  session.start(gateway_url, now);
  session.opened(now);
  session.take_actions();
  control(7);
  CAF_CHECK_EQUAL(actions(), "close 4000");
  hello(); // too late
  CAF_CHECK_EQUAL(actions(), "");
  lose(1000);
  CAF_CHECK_EQUAL(actions(), "disconnected 0 identify");
  wait();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway);
}

CAF_TEST(op 7 before HELLO keeps the session) {
  start_to_ready();
  lose();
  wait();
  session.opened(now);
  session.take_actions();
  control(7);
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
  return_to_hello();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_resume + ", resume");
}

CAF_TEST(op 7 and then a resume at once) {
  start_to_ready();
  control(7);
  control(7);
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose(4000);
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
  CAF_CHECK(wait_left() == 0s);
  return_to_hello();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_resume + ", resume");
  session.dispatched(2);
  session.became_resumed(now);
  CAF_CHECK(session.is_ready());
  CAF_CHECK(session.sequence() == 2u);
}

CAF_TEST(B1 no connection is made while that is held) {
  start_to_ready();
  session.hold_connecting(true, now);
  lose();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
  now += 1h;
  session.tick(now);
  CAF_CHECK_EQUAL(actions(), "");
  CAF_CHECK(session.due() == never);
  session.hold_connecting(false, now);
  wait();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_resume);
}

CAF_TEST(op 9 with true resumes) {
  start_to_ready();
  control(9, "true");
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
  return_to_hello();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_resume + ", resume");
}

CAF_TEST(op 9 with false identifies anew after 1 to 5 seconds) {
  for (auto [chance, expected] :
       {std::pair{0.0, 1000ms}, std::pair{0.5, 3000ms},
        std::pair{0.75, 4000ms}}) {
    begin_anew();
    random = 0;
    start_to_ready();
    random = chance;
    control(9, "false");
    CAF_CHECK_EQUAL(actions(), "close 1000");
    lose();
    CAF_CHECK_EQUAL(actions(), "disconnected 0 identify");
    CAF_CHECK(wait_left() == expected);
    return_to_hello();
    CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", ask_identify");
  }
}

CAF_TEST(op 9 with true and no session identifies anew) {
  session.start(gateway_url, now);
  open();
  session.identify_granted(now);
  session.take_actions();
  control(9, "true");
  lose();
  CAF_CHECK(wait_left() >= 1s);
  session.take_actions();
  return_to_hello();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", ask_identify");
}

CAF_TEST(op 9 with anything else counts as false) {
  for (auto data : {"null", "1", "\"true\"", "{}", ""}) {
    begin_anew();
    start_to_ready();
    control(9, data);
    CAF_CHECK_EQUAL(actions(), "close 1000");
  }
}

// -- a connection of the bot (A1) ---------------------------------------------

CAF_TEST(A1 an adopted connection only waits for READY) {
  session.start(gateway_url, now);
  session.take_actions();
  session.adopt();
  CAF_CHECK(session.due() == never);
  hello();
  session.tick(now + 24h);
  CAF_CHECK_EQUAL(actions(), "");
  become_ready(7);
  CAF_CHECK(session.is_ready());
  CAF_CHECK(session.due() == never); // the bot's heartbeats are not ours
  CAF_CHECK_EQUAL(actions(), "");
}

CAF_TEST(A1 an adopted connection may resume) {
  session.start(gateway_url, now);
  session.adopt();
  session.dispatched(5);
  session.became_resumed(now);
  CAF_CHECK(session.is_ready());
}

CAF_TEST(A1 a connection that is open is not adopted) {
  start_to_ready();
  session.adopt();
  CAF_CHECK(session.is_ready());
}

// -- the end ------------------------------------------------------------------

CAF_TEST(stopping leaves the session resumable) {
  start_to_ready();
  session.stop();
  CAF_CHECK_EQUAL(actions(), "close 4000");
  CAF_CHECK(session.due() == never);
  lose();
  session.tick(now + 1h);
  control(7);
  session.corrupt(errc::corrupt_compression, now);
  CAF_CHECK_EQUAL(actions(), "");
  CAF_CHECK_EQUAL(session.session_id(), "s1");
  CAF_CHECK(session.state() == phase::ended);
}

CAF_TEST(stopping without a connection closes none) {
  session.stop();
  CAF_CHECK_EQUAL(actions(), "");
  begin_anew();
  start_to_ready();
  lose();
  session.take_actions();
  session.stop();
  CAF_CHECK_EQUAL(actions(), "");
}

CAF_TEST(S5 a READY while resuming is a new session) {
  start_to_ready();
  lose();
  return_to_hello();
  session.dispatched(1);
  ready x;
  x.session_id = "s2";
  session.became_ready(x, now);
  CAF_CHECK(session.is_ready());
  CAF_CHECK_EQUAL(session.session_id(), "s2");
}

CAF_TEST(a RESUMED that nobody asked for changes nothing) {
  session.start(gateway_url, now);
  session.opened(now);
  session.became_resumed(now);
  CAF_CHECK(session.state() == phase::greeting);
}

CAF_TEST_FIXTURE_SCOPE_END()
