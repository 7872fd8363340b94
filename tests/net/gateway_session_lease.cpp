#define CAF_SUITE net_gateway_session_lease

#include "tests/support/session_fixture.hpp"

using namespace muster;
using namespace muster::test;
using phase = gateway_session::phase;

CAF_TEST_FIXTURE_SCOPE(gateway_session_lease_tests, session_fixture)

CAF_TEST(C3 without the lease a session closes and waits) {
  start_to_ready();
  session.set_lease(false, now);
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
  pass(1h);
  CAF_CHECK_EQUAL(actions(), "");
  CAF_CHECK(session.due() == never);
  session.set_lease(true, now);
  session.tick(now);
  CAF_CHECK(actions().find("connect ") == 0);
  open();
  CAF_CHECK_EQUAL(actions(), "resume");
}

CAF_TEST(C3 however long it waits no resume is in vain) {
  start_to_ready();
  for (int i = 0; i < 10; ++i) {
    session.set_lease(false, now);
    lose();
    pass(1min);
    session.set_lease(true, now);
    session.tick(now);
    open();
    become_resumed();
    CAF_CHECK(session.state() == phase::ready);
    pass(2min);
  }
  CAF_CHECK_EQUAL(session.session_id(), "s1");
}

CAF_TEST(C2 nothing connects before the lease is held) {
  session.set_lease(false, now);
  session.start(gateway_url, now);
  CAF_CHECK_EQUAL(actions(), "");
  pass(1h);
  CAF_CHECK_EQUAL(actions(), "");
  session.set_lease(true, now);
  session.tick(now);
  CAF_CHECK(actions().find("connect ") == 0);
}

CAF_TEST(C3 B1 what holds connecting back for another reason still does) {
  start_to_ready();
  session.hold_connecting(true, now);
  session.set_lease(false, now);
  lose();
  pass(1min);
  session.take_actions();
  session.set_lease(true, now);
  pass(1min);
  CAF_CHECK_EQUAL(actions(), "");
  session.hold_connecting(false, now);
  session.tick(now);
  CAF_CHECK(actions().find("connect ") == 0);
}

CAF_TEST(C3 a lease that comes back before the end of the connection) {
  start_to_ready();
  session.set_lease(false, now);
  session.set_lease(true, now);
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose();
  pass(0s);
  CAF_CHECK(actions().find("connect ") != std::string::npos);
}

CAF_TEST(C3 who has ended for good is not woken) {
  start_to_ready();
  lose(4004);
  session.take_actions();
  session.set_lease(false, now);
  session.set_lease(true, now);
  pass(1h);
  CAF_CHECK_EQUAL(actions(), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
