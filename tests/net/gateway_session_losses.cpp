#define CAF_SUITE net_gateway_session_losses

#include "tests/support/session_fixture.hpp"

using namespace muster;
using namespace muster::test;
namespace act = session_action;
using phase = gateway_session::phase;

CAF_TEST_FIXTURE_SCOPE(gateway_session_losses_tests, session_fixture)

// -- close codes --------------------------------------------------------------

CAF_TEST(codes after which the session is resumed) {
  for (std::uint16_t code : {0, 1006, 4000, 4001, 4002, 4005, 4008}) {
    CAF_MESSAGE("code " << code);
    begin_anew();
    start_to_ready();
    lose(code);
    CAF_CHECK_EQUAL(actions(),
                    "disconnected " + std::to_string(code) + " resume");
    CAF_CHECK(wait_left() == 0s);
    return_to_hello();
    CAF_CHECK_EQUAL(actions(), "connect "s + at_resume + ", resume");
  }
}

CAF_TEST(codes after which the session is gone) {
  for (std::uint16_t code : {1000, 1001, 4003, 4007, 4009}) {
    CAF_MESSAGE("code " << code);
    begin_anew();
    start_to_ready();
    lose(code);
    CAF_CHECK_EQUAL(actions(),
                    "disconnected " + std::to_string(code) + " identify");
    CAF_CHECK_EQUAL(session.session_id(), "");
    CAF_CHECK(!session.sequence());
    return_to_hello();
    CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", ask_identify");
  }
}

CAF_TEST(codes after which the shard has ended) {
  for (std::uint16_t code : {4004, 4010, 4011, 4012, 4013, 4014}) {
    CAF_MESSAGE("code " << code);
    begin_anew();
    start_to_ready();
    lose(code);
    CAF_CHECK_EQUAL(actions(), "disconnected " + std::to_string(code)
                                   + " none, fatal gateway_refused");
    CAF_CHECK(session.state() == phase::ended);
    CAF_CHECK(session.due() == never);
    session.tick(now + 1h);
    session.start(gateway_url, now);
    CAF_CHECK_EQUAL(actions(), "");
  }
}

CAF_TEST(F3 a certificate that is refused before any session is the end) {
  session.start(gateway_url, now);
  session.take_actions();
  session.closed(0, errc::certificate_refused, "self-signed", now);
  CAF_CHECK_EQUAL(actions(), "disconnected 0 none, fatal certificate_refused");
}

CAF_TEST(F3 after a session every failure to connect is only an attempt) {
  for (auto error :
       {errc::certificate_refused, errc::tls_failed, errc::resolve_failed,
        errc::connect_failed, errc::handshake_failed, errc::timed_out}) {
    CAF_MESSAGE("error " << to_string(error));
    begin_anew();
    start_to_ready();
    lose();
    session.take_actions();
    timespan last{0};
    for (auto address : {at_resume, at_gateway, at_resume, at_gateway}) {
      wait();
      CAF_CHECK_EQUAL(actions(), "connect "s + address);
      session.closed(0, error, "not today", now);
      CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
      CAF_CHECK(wait_left() > last);
      last = wait_left();
    }
    return_to_hello();
    become_resumed();
    CAF_CHECK(session.is_ready());
  }
}

CAF_TEST(F3 a lost session does not make certificates fatal again) {
  start_to_ready();
  control(9, "false");
  lose();
  session.take_actions();
  wait();
  session.closed(0, errc::certificate_refused, "expired", now);
  CAF_CHECK_EQUAL(actions(),
                  "connect "s + at_gateway + ", disconnected 0 identify");
}

CAF_TEST(F3 what the server asks to wait is waited for) {
  session.start(gateway_url, now);
  session.closed(0, errc::handshake_failed, "HTTP 429", now, 90s);
  CAF_CHECK(wait_left() == 90s);
  wait();
  session.closed(0, errc::handshake_failed, "HTTP 429", now, 1ms);
  CAF_CHECK(wait_left() > 1ms); // not less than the backoff
}

CAF_TEST(the reason of a close names the code and the mend) {
  start_to_ready();
  lose(4014);
  auto wanted = session.take_actions();
  CAF_REQUIRE_EQUAL(wanted.size(), 2u);
  auto& reason = std::get<act::fatal>(wanted[1]).reason;
  CAF_CHECK(reason.find("4014") != std::string::npos);
  CAF_CHECK(reason.find("developer portal") != std::string::npos);
}

// -- addresses ----------------------------------------------------------------

CAF_TEST(when the resume address fails the other one is tried) {
  start_to_ready();
  lose();
  session.take_actions();
  for (auto address : {at_resume, at_gateway, at_resume}) {
    wait();
    CAF_CHECK_EQUAL(actions(), "connect "s + address);
    session.closed(0, errc::connect_failed, "refused", now);
    CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
  }
  return_to_hello();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", resume");
  session.became_resumed(now);
  lose();
  wait();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume, connect "s + at_resume);
}

CAF_TEST(a resume address that does not say HELLO is left for the other) {
  start_to_ready();
  lose();
  for (auto address : {at_resume, at_gateway, at_resume}) {
    session.take_actions();
    wait();
    CAF_CHECK_EQUAL(actions(), "connect "s + address);
    session.opened(now);
    if (address == at_resume)
      wait(); // for HELLO, in vain
    lose();
  }
}

CAF_TEST(a gateway that cannot be reached is looked for anew) {
  session.start(gateway_url, now);
  session.take_actions();
  for (int i = 1; i <= 6; ++i) {
    session.closed(0, errc::connect_failed, "refused", now);
    CAF_CHECK_EQUAL(actions(), i % 3 == 0 ? "locate, disconnected 0 identify"
                                          : "disconnected 0 identify");
    if (i == 6)
      session.relocate("wss://elsewhere.example");
    wait();
    CAF_CHECK_EQUAL(actions(),
                    "connect "s
                        + (i == 6 ? "wss://elsewhere.example/"
                                    "?v=10&encoding=json&compress=zstd-stream"
                                  : at_gateway));
  }
}

CAF_TEST(a resume address in the clear is refused after an encrypted gateway) {
  session.start(gateway_url, now);
  open();
  session.identify_granted(now);
  session.take_actions();
  become_ready(1, "ws://resume.example");
  CAF_CHECK_EQUAL(actions(), "note");
  lose();
  session.take_actions();
  return_to_hello();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", resume");
}

CAF_TEST(a connection that opened and was lost keeps its address) {
  start_to_ready();
  lose();
  return_to_hello();
  lose();
  session.take_actions();
  wait();
  CAF_CHECK_EQUAL(actions(), "connect "s + at_resume);
}

CAF_TEST(without a usable resume address the gateway is asked) {
  for (auto address : {"", "nonsense", "ftp://a"}) {
    begin_anew();
    session.start(gateway_url, now);
    open();
    session.identify_granted(now);
    become_ready(1, address);
    lose();
    session.take_actions();
    return_to_hello();
    CAF_CHECK_EQUAL(actions(), "connect "s + at_gateway + ", resume");
  }
}

CAF_TEST(a session without a sequence cannot be resumed) {
  session.start(gateway_url, now);
  open();
  session.identify_granted(now);
  ready x;
  x.session_id = "s1";
  session.became_ready(x, now);
  session.take_actions();
  lose();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 identify");
}

// -- waits --------------------------------------------------------------------

CAF_TEST(waits grow until a session works again) {
  start_to_ready();
  lose();
  CAF_CHECK(wait_left() == 0s);
  timespan last{0};
  for (int i = 0; i < 12; ++i) {
    wait();
    session.closed(0, errc::connect_failed, "refused", now);
    CAF_CHECK(wait_left() >= last);
    CAF_CHECK(wait_left() <= cfg.backoff_max);
    last = wait_left();
  }
  CAF_CHECK(last == cfg.backoff_max / 2);
  return_to_hello();
  session.became_resumed(now);
  now += cfg.backoff_max;
  lose();
  CAF_CHECK(wait_left() == 0s);
}

CAF_TEST(a session that works only for a moment does not end the backing off) {
  start_to_ready();
  timespan last{0};
  for (int i = 0; i < 4; ++i) {
    lose();
    CAF_CHECK(i == 0 || wait_left() > last);
    last = wait_left();
    return_to_hello();
    session.became_resumed(now);
    now += cfg.backoff_max - 1ns;
  }
}

CAF_TEST(a HELLO alone does not end the backing off) {
  session.start(gateway_url, now);
  timespan last{0};
  for (int i = 0; i < 4; ++i) {
    open();
    lose();
    CAF_CHECK(wait_left() > last);
    last = wait_left();
    wait();
  }
}

CAF_TEST(losing one session after another at once does not spin) {
  start_to_ready();
  control(7);
  lose();
  CAF_CHECK(wait_left() == 0s);
  wait();
  session.opened(now);
  control(7);
  lose();
  CAF_CHECK(wait_left() > 0s);
}

CAF_TEST(opcode 9 with false costs no further wait) {
  start_to_ready();
  for (int i = 0; i < 5; ++i) { // failures to connect have made waits long
    lose();
    wait();
  }
  open();
  control(9, "false");
  lose();
  CAF_CHECK(wait_left() <= cfg.invalid_session_max);
  return_to_hello();
  CAF_CHECK(session.state() == phase::queued);
}

CAF_TEST(opcode 9 with false again and again backs off) {
  session.start(gateway_url, now);
  for (int i = 0; i < 12; ++i) {
    open();
    session.identify_granted(now);
    control(9, "false");
    lose();
    wait();
  }
  open();
  control(9, "false");
  lose();
  CAF_CHECK(wait_left() >= cfg.backoff_max / 2);
}

// -- corrupt streams ----------------------------------------------------------

CAF_TEST(a corrupt stream resumes twice and then identifies) {
  start_to_ready();
  for (auto next : {"resume", "resume", "identify"}) {
    session.corrupt(errc::corrupt_compression, now);
    session.corrupt(errc::corrupt_compression, now); // of the same connection
    CAF_CHECK_EQUAL(actions(), "close 4000");
    lose();
    CAF_CHECK_EQUAL(actions(), "disconnected 0 "s + next);
    return_to_hello();
    session.take_actions();
  }
  CAF_CHECK(session.state() == phase::queued);
}

CAF_TEST(a readable dispatch of the session forgives corrupt streams) {
  start_to_ready();
  for (int i = 0; i < 10; ++i) {
    session.corrupt(errc::corrupt_compression, now);
    lose();
    session.take_actions();
    return_to_hello();
    CAF_CHECK_EQUAL(actions(), "connect "s + at_resume + ", resume");
    become_resumed(2);
    session.dispatched(3);
  }
}

CAF_TEST(a session in which nothing but RESUMED can be read is given up) {
  start_to_ready();
  for (auto next : {"resume", "resume", "identify"}) {
    session.corrupt(errc::corrupt_compression, now);
    lose();
    CAF_CHECK_EQUAL(actions(), "close 4000, disconnected 0 "s + next);
    return_to_hello();
    if (next == "resume"s)
      become_resumed(2);
    session.take_actions();
  }
}

CAF_TEST(a message that ends connections is not replayed for ever) {
  for (auto error : {errc::payload_limit_exceeded, errc::malformed_json}) {
    CAF_MESSAGE("error " << to_string(error));
    begin_anew();
    start_to_ready();
    for (auto next : {"resume", "resume", "identify"}) {
      session.closed(0, error, "unreadable", now);
      CAF_CHECK_EQUAL(actions(), "disconnected 0 "s + next);
      return_to_hello();
      session.take_actions();
    }
    CAF_CHECK(session.state() == phase::queued);
  }
}

CAF_TEST(a session that is resumed each time is resumed for ever) {
  start_to_ready();
  for (int i = 0; i < 10; ++i) {
    lose();
    CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
    return_to_hello();
    become_resumed(2);
    session.take_actions();
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
