#define CAF_SUITE net_gateway_session_timeouts

#include "net/opcode.hpp"
#include "tests/support/session_fixture.hpp"

using namespace muster;
using namespace muster::test;
namespace act = session_action;
using phase = gateway_session::phase;

CAF_TEST_FIXTURE_SCOPE(gateway_session_timeouts_tests, session_fixture)

CAF_TEST(a malformed HELLO closes) {
  for (auto data :
       {"null", "{}", R"({"heartbeat_interval":0})",
        R"({"heartbeat_interval":-5})", R"({"heartbeat_interval":"soon"})"}) {
    begin_anew();
    session.start(gateway_url, now);
    session.opened(now);
    session.take_actions();
    control(10, data);
    CAF_CHECK_EQUAL(actions(), "close 4000");
  }
}

CAF_TEST(no HELLO in time closes and returns) {
  session.start(gateway_url, now);
  session.opened(now);
  session.take_actions();
  CAF_CHECK(wait_left() == cfg.hello_timeout);
  session.tick(now + cfg.hello_timeout - 1ns);
  CAF_CHECK_EQUAL(actions(), "");
  wait();
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 identify");
}

CAF_TEST(no READY in time identifies anew) {
  cfg.ready_timeout = 10s; // before the first heartbeat is missed
  begin_anew();
  random = 0.9;
  session.start(gateway_url, now);
  open();
  session.identify_granted(now);
  session.take_actions();
  CAF_CHECK(wait_left() == 10s);
  wait();
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 identify");
}

CAF_TEST(no RESUMED in time tries again) {
  cfg.ready_timeout = 10s;
  begin_anew();
  start_to_ready();
  random = 0.9;
  lose();
  return_to_hello();
  session.take_actions();
  CAF_CHECK(wait_left() == 10s);
  wait();
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
}

CAF_TEST(S6 a resume that is never answered becomes an identify) {
  start_to_ready();
  lose();
  for (auto next : {"resume", "resume", "identify"}) {
    return_to_hello();
    CAF_CHECK(session.state() == phase::resuming);
    session.take_actions();
    while (session.state() == phase::resuming) {
      control(11); // alive, and silent about the session
      wait();
    }
    lose();
    auto all = actions();
    CAF_CHECK_EQUAL(all.substr(all.rfind("disc")), "disconnected 0 "s + next);
  }
  return_to_hello();
  CAF_CHECK(session.state() == phase::queued);
}

CAF_TEST(S6 live dispatches are no sign that the session was resumed) {
  cfg.ready_timeout = 10s;
  begin_anew();
  start_to_ready();
  lose();
  std::uint64_t sequence = 1;
  for (auto next : {"resume", "resume", "identify"}) {
    return_to_hello();
    session.take_actions();
    auto began = now;
    while (session.state() == phase::resuming) {
      pass(5s);
      control(11);
      session.dispatched(++sequence);
      CAF_REQUIRE(now - began <= 10s);
    }
    lose();
    auto all = actions();
    CAF_CHECK_EQUAL(all.substr(all.rfind("disc")), "disconnected 0 "s + next);
  }
}

CAF_TEST(Q6 a replay is not silent while muster is not reading) {
  cfg.ready_timeout = 10s;
  begin_anew();
  start_to_ready();
  lose();
  return_to_hello();
  session.dispatched(2);
  session.excuse_silence(true);
  for (int i = 0; i < 20; ++i)
    pass(9s);
  CAF_CHECK(session.state() == phase::resuming);
  session.excuse_silence(false);
  // What has waited is read now, for which there is time again.
  pass(10s);
  CAF_CHECK(session.state() == phase::resuming);
  pass(10s);
  CAF_CHECK(session.state() == phase::closing);
}

CAF_TEST(a connection that never opens is given up) {
  session.start(gateway_url, now);
  session.take_actions();
  wait();
  CAF_CHECK_EQUAL(actions(), "close 4000, disconnected 0 identify");
  CAF_CHECK(session.state() == phase::waiting);
}

CAF_TEST(a close that is not answered ends by itself) {
  start_to_ready();
  control(7);
  session.take_actions();
  CAF_CHECK(wait_left() == 2 * cfg.close_timeout);
  wait();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
  lose(); // late
  CAF_CHECK_EQUAL(actions(), "");
}

// -- zombies ------------------------------------------------------------------

CAF_TEST(a zombie is closed with a code that keeps the session) {
  start_to_ready();
  wait();
  CAF_CHECK_EQUAL(actions(), "heartbeat");
  wait();
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose(1000);
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
  return_to_hello();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_resume + ", resume");
}

CAF_TEST(any payload is life) {
  start_to_ready();
  for (int i = 0; i < 5; ++i) {
    wait();
    CAF_CHECK_EQUAL(actions(), "heartbeat");
    switch (i % 3) {
    case 0:
      session.dispatched(i);
      break;
    case 1:
      control(11);
      break;
    default:
      session.alive();
    }
  }
}

CAF_TEST(Q6 silence is excused while nothing is read) {
  start_to_ready();
  wait();
  session.excuse_silence(true);
  wait();
  CAF_CHECK_EQUAL(actions(), "heartbeat, heartbeat");
  session.excuse_silence(false);
  wait();
  CAF_CHECK_EQUAL(actions(), "heartbeat");
  wait();
  CAF_CHECK_EQUAL(actions(), "close 4000");
}

CAF_TEST(Q6 silence is excused although the connection is another) {
  start_to_ready();
  session.excuse_silence(true);
  lose();
  return_to_hello();
  session.became_resumed(now);
  session.take_actions();
  wait();
  wait();
  CAF_CHECK_EQUAL(actions(), "heartbeat, heartbeat");
}

CAF_TEST_FIXTURE_SCOPE_END()
