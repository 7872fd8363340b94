#define CAF_SUITE net_postgres_outages

#include <csignal>
#include <future>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/postgres_connection.hpp"
#include "tests/support/postgres_fixture.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// A server that takes connections and says nothing.
struct silent_server {
  silent_server() {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    bind(socket_, reinterpret_cast<sockaddr*>(&at), size);
    listen(socket_, 100);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size);
    url = "postgresql://postgres@127.0.0.1:"
          + std::to_string(ntohs(at.sin_port)) + "/bots";
  }
  ~silent_server() { close(socket_); }

  std::string url;

private:
  int socket_;
};

struct fixture : postgres_fixture {
  static time_point in(std::chrono::milliseconds x) {
    return std::chrono::steady_clock::now() + x;
  }

  std::string execute(const std::string& what) {
    return server.execute(what, database);
  }

  /// Until the server has so many sessions of muster's that wait for a lock.
  void await_waiting(const char* count) {
    while (execute("SELECT count(*) FROM pg_stat_activity WHERE "
                   "datname=current_database() AND wait_event_type='Lock'")
           != count)
      std::this_thread::yield();
  }

  void kill_sessions(const std::string& which = "true") {
    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
            "application_name='muster' AND datname=current_database() AND "
            + which);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(postgres_outage_tests, fixture)

CAF_TEST(C3 where nobody listens may be somebody later) {
  auto x = open("postgresql://127.0.0.1:1/bots");
  auto error = join(*x, 1);
  CAF_CHECK(code_of(error) == errc::store_away);
  CAF_CHECK(has(sentence_of(error), "127.0.0.1:1"));
  CAF_CHECK_EQUAL(renew(*x, 1), "store_away");
  store_status ignored;
  CAF_CHECK(code_of(x->look(ignored)) == errc::store_away);
  CAF_CHECK_EQUAL(renew(*open("postgresql:///bots?host=/nowhere"), 1),
                  "store_away");
}

CAF_TEST(C2 a server that never answers ends no wait later than it may) {
  silent_server silent;
  // As long as a lease lets it, which it must not outlast.
  CAF_CHECK_EQUAL(renew(*open(silent.url), 1), "store_away");
  postgres_connection bare{postgres_server::parse(silent.url)};
  CAF_CHECK(bare.open(in(50ms)));
  CAF_CHECK(!bare.is_open());
  CAF_CHECK(bare.open(in(-1ms)));
}

CAF_TEST(C2 of several servers a silent one takes its part of the time only) {
  silent_server silent;
  auto both = silent.url;
  auto other = server.url();
  both.replace(both.rfind("/bots"), 5, "," + other.substr(other.find("127.0")));
  postgres_connection x{postgres_server::parse(both)};
  CAF_CHECK(!x.open(in(2s)));
  std::string out;
  CAF_CHECK(!x.ask("SELECT 7", in(1h), out));
  CAF_CHECK_EQUAL(out, "7");
}

CAF_TEST(C2 a call that takes too long is given up) {
  postgres_connection x{postgres_server::parse(server.url())};
  std::string out;
  CAF_CHECK(!x.open(in(1h)));
  CAF_CHECK(x.ask("SELECT pg_sleep(3600)", in(50ms), out));
  CAF_CHECK(!x.is_open());
  // So is one that the server does not read, since it is frozen.
  CAF_CHECK(!x.open(in(1h)));
  CAF_CHECK(!x.ask("SELECT pg_backend_pid()", in(1h), out));
  auto backend = std::stoi(out);
  CAF_REQUIRE_EQUAL(kill(backend, SIGSTOP), 0);
  auto fault =
      x.ask("SELECT '" + std::string(30'000'000, 'x') + "'", in(50ms), out);
  kill(backend, SIGCONT);
  CAF_CHECK(fault);
  CAF_CHECK(!x.is_open());
  server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                 "query LIKE 'SELECT pg_sleep%'");
}

CAF_TEST(errors of one message undo all of it) {
  postgres_connection x{postgres_server::parse(url())};
  std::string out;
  CAF_CHECK(!x.open(in(1h)));
  auto fault = x.ask("CREATE TABLE t(x int); SELECT 1/0", in(1h), out);
  CAF_REQUIRE(fault);
  CAF_CHECK_EQUAL(fault->code, "22012");
  CAF_CHECK(x.is_open());
  CAF_CHECK(
      !x.ask("SELECT count(*) FROM pg_class WHERE relname='t'", in(1h), out));
  CAF_CHECK_EQUAL(out, "0");
  CAF_CHECK(x.ask("COPY pg_class TO STDOUT", in(1h), out));
  CAF_CHECK(!x.is_open());
}

CAF_TEST(C3 a connection that is ended between calls is made anew) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1), caf::none);
  auto cuts = claim(*x, 1);
  CAF_CHECK_EQUAL(renew(*x, 1), "known");
  for (int i = 0; i < 3; ++i) {
    kill_sessions();
    CAF_CHECK_EQUAL(save(*x, next(cuts.at(0))), "holds");
    CAF_CHECK_EQUAL(renew(*x, 1), "known");
  }
}

CAF_TEST(C1 a connection that is ended during a write leaves it whole) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1), caf::none);
  auto cuts = claim(*x, 1);
  for (auto commits : {false, true}) {
    auto write = next(cuts.at(0));
    postgres_client holder{url()};
    holder.execute("BEGIN; SELECT 1 FROM muster.shards FOR UPDATE");
    auto result =
        std::async(std::launch::async, [&] { return save(*x, write); });
    await_waiting("1");
    kill_sessions("wait_event_type='Lock'");
    // It tries once more, on another connection.
    await_waiting("1");
    if (!commits)
      kill_sessions("wait_event_type='Lock'");
    holder.execute("COMMIT");
    auto said = result.get();
    CAF_CHECK(said == "holds" || has(said, "cannot be reached"));
    CAF_CHECK_EQUAL(save(*x, write), "holds");
  }
}

CAF_TEST(C2 a lease waits for no write and no write for ever) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1, 600ms), caf::none);
  auto cuts = claim(*x, 1);
  postgres_client holder{url()};
  holder.execute("BEGIN; SELECT 1 FROM muster.shards FOR UPDATE;"
                 "SELECT 1 FROM muster.bots FOR UPDATE;"
                 "SELECT 1 FROM muster.books FOR UPDATE");
  auto result = std::async(std::launch::async,
                           [&] { return save(*x, next(cuts.at(0))); });
  await_waiting("1");
  for (int i = 0; i < 5; ++i)
    CAF_CHECK_EQUAL(renew(*x, 1), "known");
  // Who holds the locks may be frozen.
  CAF_CHECK(has(result.get(), "in time"));
  // A renewal ends, too, whose own row is held.
  holder.execute("SELECT 1 FROM muster.nodes FOR UPDATE");
  CAF_CHECK_EQUAL(renew(*x, 1), "store_away");
  holder.execute("ROLLBACK");
  CAF_CHECK_EQUAL(renew(*x, 1), "known");
}

CAF_TEST(C3 a server that only reads or takes nobody is waited for) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1), caf::none);
  execute("ALTER DATABASE " + database
          + " SET default_transaction_read_only=on");
  kill_sessions();
  CAF_CHECK_EQUAL(renew(*x, 1), "store_away");
  // Who looks may.
  store_status found;
  CAF_CHECK_EQUAL(process()->look(found), caf::none);
  CAF_CHECK_EQUAL(found.nodes.size(), 1u);
  server.execute("ALTER DATABASE " + database
                 + " RESET default_transaction_read_only");
  kill_sessions();
  CAF_CHECK_EQUAL(renew(*x, 1), "known");
  server.execute("DROP ROLE IF EXISTS many; CREATE ROLE many LOGIN "
                 "CONNECTION LIMIT 0");
  CAF_CHECK_EQUAL(renew(*open(url("many")), 1), "store_away");
  server.execute("DROP ROLE many");
}

CAF_TEST_FIXTURE_SCOPE_END()
