#define CAF_SUITE net_gateway_session

#include "net/gateway_session.hpp"

#include "net/opcode.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::literals;
namespace act = session_action;

namespace {

using phase = gateway_session::phase;

constexpr auto gateway_url = "wss://gateway.example";
constexpr auto resume_url = "wss://resume.example";
constexpr auto at_gateway =
    "wss://gateway.example/?v=10&encoding=json&compress=zstd-stream";
constexpr auto at_resume =
    "wss://resume.example/?v=10&encoding=json&compress=zstd-stream";

/// An action as a word, with what it carries.
std::string word(const session_actions::value_type& x) {
  struct visitor {
    std::string operator()(const act::connect& x) { return "connect " + x.url; }
    std::string operator()(const act::close& x) {
      return "close " + std::to_string(x.code);
    }
    std::string operator()(const act::ask_identify&) { return "ask_identify"; }
    std::string operator()(const act::send_heartbeat&) { return "heartbeat"; }
    std::string operator()(const act::send_identify&) { return "identify"; }
    std::string operator()(const act::send_resume&) { return "resume"; }
    std::string operator()(const act::disconnected& x) {
      return "disconnected " + std::to_string(x.code) + ' ' + to_string(x.next);
    }
    std::string operator()(const act::fatal& x) {
      return "fatal " + to_string(x.error);
    }
  };
  return std::visit(visitor{}, x);
}

struct fixture {
  settings cfg;
  double random = 0;
  time_point now = time_point{} + 1h;
  gateway_session session{cfg, [this] { return random; }};

  /// What the session wants now, as words separated by commas.
  std::string actions() {
    std::string result;
    for (auto& x : session.take_actions())
      result += (result.empty() ? "" : ", ") + word(x);
    return result;
  }

  void control(int op, std::string_view data = "null") {
    envelope x;
    x.op = op;
    x.data = data;
    x.exact = true;
    session.control(x, now);
  }

  void hello() { control(10, R"({"heartbeat_interval":40000})"); }

  void lose(std::uint16_t code = 0) {
    session.closed(code, errc::connection_lost, "lost", now);
  }

  /// Lets the time come at which the session wants to be called.
  void wait() {
    CAF_REQUIRE(session.due() != never);
    now = std::max(now, session.due());
    session.tick(now);
  }

  void open() {
    session.opened(now);
    hello();
  }

  void become_ready(std::uint64_t sequence = 1) {
    session.dispatched(sequence, now);
    session.became_ready({"s1", resume_url, {}}, now);
  }

  /// From nothing to READY.
  void start_to_ready() {
    session.start(gateway_url, now);
    open();
    session.identify_granted(now);
    become_ready();
    session.take_actions();
  }

  /// The reconnect after a loss, up to HELLO.
  void return_to_hello() {
    wait();
    open();
  }

  /// Lets time pass in which nothing arrives.
  void pass(timespan span) {
    now += span;
    session.tick(now);
  }

  timespan wait_left() const { return session.due() - now; }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(gateway_session_tests, fixture)

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
  session.dispatched(2, now);
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
    gateway_session fresh{cfg, [this] { return random; }};
    session = std::move(fresh);
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
    gateway_session fresh{cfg, [this] { return random; }};
    session = std::move(fresh);
    start_to_ready();
    control(9, data);
    CAF_CHECK_EQUAL(actions(), "close 1000");
  }
}

CAF_TEST(a malformed HELLO closes) {
  for (auto data :
       {"null", "{}", R"({"heartbeat_interval":0})",
        R"({"heartbeat_interval":-5})", R"({"heartbeat_interval":"40"})"}) {
    gateway_session fresh{cfg, [this] { return random; }};
    session = std::move(fresh);
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
  settings quick;
  quick.ready_timeout = 10s; // before the first heartbeat is missed
  gateway_session fresh{quick, [this] { return random; }};
  session = std::move(fresh);
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
  settings quick;
  quick.ready_timeout = 10s;
  gateway_session fresh{quick, [this] { return random; }};
  session = std::move(fresh);
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

CAF_TEST(a resume that is never answered becomes an identify) {
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

CAF_TEST(a replay that goes on is no resume in vain) {
  start_to_ready();
  lose();
  for (int i = 0; i < 10; ++i) {
    return_to_hello();
    CAF_CHECK(session.state() == phase::resuming);
    session.dispatched(i + 2, now);
    while (session.state() == phase::resuming) {
      control(11);
      wait();
    }
    lose();
  }
}

CAF_TEST(a replay may take long but not fall silent) {
  settings quick;
  quick.ready_timeout = 10s;
  gateway_session fresh{quick, [this] { return random; }};
  session = std::move(fresh);
  start_to_ready();
  lose();
  return_to_hello();
  for (std::uint64_t i = 2; i < 22; ++i) {
    pass(10s - 1ns);
    CAF_CHECK(session.state() == phase::resuming);
    session.dispatched(i, now);
  }
  // Heartbeats alone do not keep it waiting.
  for (int i = 0; i < 9; ++i) {
    pass(1s);
    control(11);
  }
  session.take_actions();
  pass(1s - 1ns);
  CAF_CHECK_EQUAL(actions(), "");
  pass(1ns);
  CAF_CHECK_EQUAL(actions(), "close 4000");
  lose();
  CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
}

CAF_TEST(Q6 a replay is not silent while muster is not reading) {
  settings quick;
  quick.ready_timeout = 10s;
  gateway_session fresh{quick, [this] { return random; }};
  session = std::move(fresh);
  start_to_ready();
  lose();
  return_to_hello();
  session.dispatched(2, now);
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
      session.dispatched(i, now);
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

// -- close codes --------------------------------------------------------------

CAF_TEST(codes after which the session is resumed) {
  for (std::uint16_t code : {0, 1006, 4000, 4001, 4002, 4005, 4008}) {
    CAF_MESSAGE("code " << code);
    gateway_session fresh{cfg, [this] { return random; }};
    session = std::move(fresh);
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
    gateway_session fresh{cfg, [this] { return random; }};
    session = std::move(fresh);
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
    gateway_session fresh{cfg, [this] { return random; }};
    session = std::move(fresh);
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

CAF_TEST(a refused certificate is the end) {
  session.start(gateway_url, now);
  session.take_actions();
  session.closed(0, errc::certificate_refused, "self-signed", now);
  CAF_CHECK_EQUAL(actions(), "disconnected 0 none, fatal certificate_refused");
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
    gateway_session fresh{cfg, [this] { return random; }};
    session = std::move(fresh);
    session.start(gateway_url, now);
    open();
    session.identify_granted(now);
    session.dispatched(1, now);
    session.became_ready({"s1", address, {}}, now);
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
  session.became_ready({"s1", resume_url, {}}, now);
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
  CAF_CHECK_EQUAL(session.failures(), 13u);
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

CAF_TEST(a readable dispatch forgives corrupt streams) {
  start_to_ready();
  for (int i = 0; i < 10; ++i) {
    session.corrupt(errc::corrupt_compression, now);
    lose();
    session.take_actions();
    return_to_hello();
    CAF_CHECK_EQUAL(actions(), "connect "s + at_resume + ", resume");
    session.dispatched(2, now);
  }
}

CAF_TEST(a message that ends connections is not replayed for ever) {
  for (auto error : {errc::payload_limit_exceeded, errc::malformed_json}) {
    CAF_MESSAGE("error " << to_string(error));
    gateway_session fresh{cfg, [this] { return random; }};
    session = std::move(fresh);
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

CAF_TEST(a connection that is merely lost is resumed for ever) {
  start_to_ready();
  for (int i = 0; i < 10; ++i) {
    lose();
    CAF_CHECK_EQUAL(actions(), "disconnected 0 resume");
    return_to_hello();
    session.take_actions();
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
  session.dispatched(5, now);
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
  gateway_session fresh{cfg, [this] { return random; }};
  session = std::move(fresh);
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
  session.dispatched(1, now);
  session.became_ready({"s2", resume_url, {}}, now);
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
