#define CAF_SUITE actors_outgoing_line

#include "actors/outgoing_line.hpp"

#include <chrono>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

constexpr time_point t0{};
constexpr snowflake a{1};
constexpr snowflake b{2};

/// Six sends in ten seconds, of which two are for others than heartbeats.
settings few() {
  settings x;
  x.send_limit = 6;
  x.send_window = 10s;
  x.network_margin = 0s;
  return x;
}

struct fixture {
  void ask(const std::string& nonce, snowflake guild,
           origin from = origin::user) {
    auto x = guild_members_request::whole_list(guild).with_nonce(nonce);
    fill_in(x, settings{});
    CAF_REQUIRE(!book.accept(x, from, 0, t0).error);
  }

  caf::error command() { return line.add({3, R"({"status":"idle"})", {}}); }

  /// The nonce of the request that leaves, "command", or "" for nothing.
  std::string next(time_point now = t0) {
    auto x = line.next(book, now);
    if (!x)
      return "";
    latest = x->ticket;
    return x->request == nullptr ? "command" : x->request->attempt;
  }

  settings values = few();
  request_book book{values};
  outgoing_line line{values};
  std::uint64_t latest = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(outgoing_line_tests, fixture)

CAF_TEST(Q9 requests go before commands and these before the startup) {
  line = outgoing_line{settings{}};
  ask("startup", a, origin::startup);
  CAF_CHECK(!command());
  ask("mine", b);
  CAF_CHECK_EQUAL(next(), "mine");
  CAF_CHECK(latest != 0u);
  CAF_CHECK_EQUAL(next(), "command");
  CAF_CHECK_EQUAL(latest, 0u); // nobody waits for its write
  CAF_CHECK_EQUAL(next(), "startup");
  CAF_CHECK_EQUAL(next(), "");
  CAF_CHECK(line.due(book) == never);
}

CAF_TEST(Q9 a full window holds back all but heartbeats) {
  command();
  command();
  ask("mine", a);
  CAF_CHECK_EQUAL(next(), "mine");
  CAF_CHECK_EQUAL(next(1s + t0), "command");
  CAF_CHECK_EQUAL(next(2s + t0), "");
  CAF_CHECK(line.due(book) == t0 + 10s);
  CAF_CHECK(line.wait(t0 + 2s) == 8s);
  CAF_CHECK(!line.beat(t0 + 2s));
  statistics counts;
  line.report(counts, t0 + 2s);
  CAF_CHECK_EQUAL(counts.send_budget, 0u);
  CAF_CHECK_EQUAL(counts.queued_commands, 1u);
  CAF_CHECK_EQUAL(next(t0 + 10s), "command");
}

CAF_TEST(Q9 heartbeats wait too when they are too many) {
  for (auto i = 0; i < 3; ++i)
    CAF_CHECK(!line.beat(t0));
  auto free_at = line.beat(t0 + 1s);
  CAF_REQUIRE(free_at.has_value());
  CAF_CHECK(*free_at == t0 + 10s);
}

CAF_TEST(Q9 a new connection has a new window and keeps the commands) {
  for (auto i = 0; i < 3; ++i)
    command();
  next();
  next();
  CAF_CHECK_EQUAL(next(), "");
  line.begin();
  CAF_CHECK_EQUAL(next(), "command");
}

CAF_TEST(Q11 a thousand commands may wait and no more) {
  for (auto i = 0; i < 1000; ++i)
    CAF_REQUIRE(!command());
  CAF_CHECK(command() == errc::queue_full);
  next();
  CAF_CHECK(!command());
  CAF_CHECK(line.add({2, "{}", {}})); // identify is not the bot's to send
}

CAF_TEST(Q6 a write tells which attempt is on the wire) {
  ask("one", a);
  next();
  auto write = line.written(latest);
  CAF_REQUIRE(write.has_value());
  CAF_CHECK_EQUAL(write->first, "one");
  CAF_CHECK(write->second == a);
  CAF_CHECK(!line.written(latest)); // told once
  CAF_CHECK(!line.written(latest + 1));
}

CAF_TEST(Q6 of a nonce that goes out twice only the later write counts) {
  ask("one", a);
  next();
  auto first = latest;
  CAF_CHECK_EQUAL(book.rate_limited("one", a, 1s, t0, t0).size(), 1u);
  CAF_CHECK_EQUAL(next(t0 + 1s), "one");
  CAF_CHECK(!line.written(first));
  CAF_CHECK(line.written(latest).has_value());
}

CAF_TEST(Q6 writes of a connection that is gone are no news) {
  ask("one", a);
  next();
  line.begin();
  CAF_CHECK(!line.written(latest));
}

CAF_TEST(Q6 writes that are never confirmed are forgotten) {
  line = outgoing_line{settings{}};
  std::uint64_t first = 0;
  for (std::uint64_t i = 0; i <= outgoing_line::max_unconfirmed; ++i) {
    auto x = guild_members_request::search(a, "n", 5);
    fill_in(x, settings{});
    CAF_REQUIRE(!book.accept(x, origin::user, 0, t0).error);
    CAF_REQUIRE(!next(t0 + 61s * i).empty());
    if (i == 0)
      first = latest;
  }
  CAF_CHECK(!line.written(first));
  CAF_CHECK(line.written(first + 1).has_value());
}

CAF_TEST_FIXTURE_SCOPE_END()
