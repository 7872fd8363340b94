#define CAF_SUITE net_gateway_session_resumes

#include <functional>
#include <vector>

#include "tests/support/session_fixture.hpp"

using namespace muster;
using namespace muster::test;
using phase = gateway_session::phase;

CAF_TEST_FIXTURE_SCOPE(gateway_session_resumes_tests, session_fixture)

// -- resumes in vain ----------------------------------------------------------

CAF_TEST(S6 three resumes in vain end the session whatever made them vain) {
  std::vector<std::function<void()>> endings;
  for (std::uint16_t code : {0, 1006, 4000, 4001, 4006, 4008})
    endings.push_back([this, code] { lose(code); });
  for (auto error : {errc::payload_limit_exceeded, errc::malformed_json})
    endings.push_back(
        [this, error] { session.closed(0, error, "unreadable", now); });
  endings.push_back([this] {
    control(7);
    lose();
  });
  endings.push_back([this] {
    control(9, "true");
    lose();
  });
  endings.push_back([this] {
    session.corrupt(errc::malformed_json, now);
    lose();
  });
  for (auto& end : endings) {
    begin_anew();
    start_to_ready();
    lose();
    session.take_actions();
    for (auto address : {at_resume, at_resume, at_gateway}) {
      return_to_hello();
      CAF_CHECK_EQUAL(actions(), "connect "s + address + ", resume");
      // A replay is no progress, however far it comes.
      session.dispatched(2);
      end();
      session.take_actions();
    }
    return_to_hello();
    CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", ask_identify");
  }
}

CAF_TEST(S6 a resume that works forgives those before it) {
  start_to_ready();
  for (int i = 0; i < 10; ++i) {
    lose();
    return_to_hello();
    lose();
    return_to_hello();
    CAF_CHECK(session.state() == phase::resuming);
    become_resumed(2);
  }
}

CAF_TEST(S6 vain resumes back off) {
  start_to_ready();
  lose();
  timespan last{-1};
  for (int i = 0; i < 3; ++i) {
    CAF_CHECK(wait_left() > last);
    last = wait_left();
    return_to_hello();
    lose();
  }
}

CAF_TEST(S6 a network that is away costs no session) {
  start_to_ready();
  lose();
  for (int i = 0; i < 50; ++i) {
    wait();
    session.closed(0, errc::connect_failed, "no route", now);
  }
  return_to_hello();
  CAF_CHECK(session.state() == phase::resuming);
}

CAF_TEST_FIXTURE_SCOPE_END()
