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

// -- sessions of another process ----------------------------------------------

CAF_TEST(C6 a saved session is resumed) {
  start_to_ready();
  auto saved = session.saved();
  CAF_CHECK(saved == (saved_session{"s1", 1, resume_url}));
  begin_anew();
  saved.resume_url = "wss://r.gateway.example";
  session.start(gateway_url, now, saved);
  open();
  CAF_CHECK_EQUAL(actions(), "connect wss://r.gateway.example/?v=10&encoding="
                             "json&compress=zstd-stream, resume");
  CAF_CHECK(session.saved() == saved);
  become_resumed(7);
  CAF_CHECK(session.is_ready());
  CAF_CHECK_EQUAL(session.saved().sequence.value_or(0), 7u);
}

CAF_TEST(C14 a saved address of elsewhere is passed over with a note) {
  session.start(gateway_url, now, {"s1", 1, resume_url});
  open();
  CAF_CHECK_EQUAL(actions(), "note, connect "s + at_gateway + ", resume");
  begin_anew();
  session.start(gateway_url, now, {"s1", 1, ""});
  open();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", resume");
}

CAF_TEST(F3 a certificate refused at a saved address is no end) {
  session.start(gateway_url, now, {"s1", 1, "wss://r.gateway.example"});
  session.closed(0, errc::certificate_refused, "expired", now);
  CAF_CHECK(session.state() == phase::waiting);
  session.take_actions();
  return_to_hello();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", resume");
}

CAF_TEST(C6 what names no session begins one) {
  for (auto& x : {saved_session{}, saved_session{"", 5, resume_url},
                  saved_session{"s1", std::nullopt, resume_url}}) {
    begin_anew();
    session.start(gateway_url, now, x);
    open();
    CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", ask_identify");
    CAF_CHECK(session.saved() == saved_session{});
  }
}

CAF_TEST(S6 a saved session is given up like any other) {
  session.start(gateway_url, now, {"s1", 1, ""});
  for (int i = 0; i < 3; ++i) {
    CAF_CHECK(session.saved().id == "s1");
    open();
    lose();
    wait();
  }
  CAF_CHECK(session.saved() == saved_session{});
  session.take_actions();
  open();
  CAF_CHECK_EQUAL(actions(), "ask_identify");
}

CAF_TEST(A1 who gets no leave to identify comes back with backoff) {
  timespan last{-1};
  session.start(gateway_url, now);
  for (int i = 0; i < 4; ++i) {
    open();
    CAF_CHECK(session.state() == phase::queued);
    session.take_actions();
    session.identify_refused(now);
    CAF_CHECK_EQUAL(actions(), "close 1000");
    lose();
    CAF_CHECK(wait_left() > last);
    last = wait_left();
    wait();
  }
  open();
  session.identify_granted(now);
  session.identify_refused(now); // too late to mean anything
  CAF_CHECK(session.state() == phase::identifying);
}

CAF_TEST_FIXTURE_SCOPE_END()
