#define CAF_SUITE net_ws_lease

#include "net/ws_connection.hpp"

#include "tests/support/server_end.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Connections under a lease whose clock is the test's.
struct fixture : server_fixture {
  gateway_end open_leased() {
    cfg.node_timeout = 20ms; // looks again soon while no lease has begun
    sink = std::make_shared<recorder>();
    link = make_ws_factory(*loop, our_tls, cfg, term)(sink);
    link->open(address("wss"));
    gateway_end gateway{acceptor.accept(), &their_tls};
    gateway.shake_hands();
    CAF_REQUIRE(sink->wait([this] { return sink->is_open; }));
    return gateway;
  }

  void lease_for(timespan d) { term->renew(term->now(), d); }

  std::atomic<time_point> now{time_point{} + 1h};
  std::shared_ptr<lease_term> term =
      std::make_shared<lease_term>([this] { return now.load(); });
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(ws_lease_tests, fixture)

CAF_TEST(C2 a lease closes at five sixths and aborts at nine tenths) {
  auto start = term->now();
  CAF_CHECK(term->closes_at() == never);
  lease_for(60s);
  CAF_CHECK(term->closes_at() == start + 50s);
  CAF_CHECK(term->aborts_at() == start + 54s);
  term->end();
  CAF_CHECK(term->aborts_at() < start);
}

CAF_TEST(C2 the clock of a lease runs) {
  auto before = time_since_boot();
  CAF_CHECK(before > time_point{});
  CAF_CHECK(time_since_boot() >= before);
}

CAF_TEST(C2 a connection closes when its lease runs out) {
  lease_for(300ms); // by a timer; the clock says that it is time
  auto gateway = open_leased();
  now = term->closes_at();
  CAF_CHECK_EQUAL(gateway.read_close(), 4000);
  auto end = sink->wait_for_end();
  CAF_CHECK_EQUAL(end.code, 0);
}

CAF_TEST(C2 a connection that is renewed stays open) {
  lease_for(60ms);
  auto gateway = open_leased();
  lease_for(1h);
  gateway.write_text("hello");
  CAF_CHECK(sink->wait([this] { return sink->last == "hello"; }));
  link->send("beat", 7);
  CAF_CHECK(sink->wait([this] { return sink->last_ticket == 7; }));
}

CAF_TEST(C2 past the lease nothing is written) {
  lease_for(1h);
  auto gateway = open_leased();
  now = term->aborts_at(); // as after a freeze
  link->send("resume", 7);
  auto end = sink->wait_for_end();
  CAF_CHECK(end.reason.find("lease") != std::string::npos);
  CAF_CHECK_EQUAL(sink->last_ticket, 0u);
  CAF_CHECK(gateway.was_reset());
}

CAF_TEST(C2 what has not got through by the end of the lease never does) {
  acceptor.set_option(asio::socket_base::receive_buffer_size{4096});
  lease_for(1h);
  auto gateway = open_leased();
  link->send(std::string(128 << 10, 'x'), 7); // more than the gateway has read
  CAF_REQUIRE(sink->wait([this] { return sink->last_ticket == 7; }));
  now = term->aborts_at();
  link->send("resume", 8);
  sink->wait_for_end();
  CAF_CHECK(gateway.was_reset());
}

CAF_TEST(C2 past the lease no frame is handled) {
  lease_for(1h);
  auto gateway = open_leased();
  term->end(); // others have what was owned
  gateway.write_text("a dispatch");
  auto end = sink->wait_for_end();
  CAF_CHECK(end.reason.find("lease") != std::string::npos);
  CAF_CHECK_EQUAL(sink->frames, 0u);
}

CAF_TEST(C2 past the lease nothing connects) {
  lease_for(1h);
  now = term->aborts_at();
  sink = std::make_shared<recorder>();
  link = make_ws_factory(*loop, our_tls, cfg, term)(sink);
  link->open(address("wss"));
  auto end = sink->wait_for_end();
  CAF_CHECK(end.reason.find("lease") != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
