#define CAF_SUITE actors_switching

#include "tests/support/fleet.hpp"

#include <sstream>

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "actors/log.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// Chunking switched on and off, with and without presences.

namespace {

struct fixture : fleet {
  /// Switches chunking, which is not refused.
  void set_auto_chunk(bool on, bool presences = false) {
    CAF_CHECK(!command(auto_chunk_request{on, presences}));
  }

  /// What is logged while `f` runs.
  template <class F>
  std::string logged(F f) {
    std::ostringstream text;
    auto& sinks = muster::log().target().sinks();
    auto before = sinks;
    sinks = {std::make_shared<spdlog::sinks::ostream_sink_mt>(text)};
    f();
    muster::log().target().flush();
    sinks = before;
    return text.str();
  }

  std::string id_b = to_string(b);
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(switching_tests, fixture)

CAF_TEST(S1 a switch during the startup asks for what is there) {
  values.auto_chunk = false;
  start_with({a, b});
  say(guild_create(a, 5));
  CAF_CHECK(requests().empty());
  set_auto_chunk(true);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  say(guild_create(b, 5));
  answer_all();
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(S1 chunking without the intent is ignored) {
  values.intents = intent::guilds;
  begin({a});
  pass(1min);
  CAF_CHECK(requests().empty());
  CAF_CHECK(finished_shards.empty());
  CAF_CHECK_EQUAL(finished.size(), 1u); // S3
}

CAF_TEST(S1 E3 switching chunking on may end a startup at once) {
  values.auto_chunk = false;
  values.only_guilds = {snowflake{std::uint64_t{1009} << 22}};
  begin({a});
  CAF_CHECK(finished.empty());
  send(auto_chunk_request{true, false});
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(S1 chunking without the intent warns and says which) {
  values.intents = intent::guilds;
  auto warning = logged([this] { start_with({a}); });
  CAF_CHECK(warning.find("warn") != std::string::npos);
  CAF_CHECK(warning.find("guild_members") != std::string::npos);
  auto again = logged([this] { set_auto_chunk(true); });
  CAF_CHECK(again.find("guild_members") != std::string::npos);
  say(guild_create(a, 5));
  CAF_CHECK(requests().empty());
}

CAF_TEST(S1 with the intent nothing is warned of) {
  CAF_CHECK_EQUAL(logged([this] { start_with({a}); }), "");
}

CAF_TEST(S1 presences come when they are wanted and the intent is there) {
  values.chunk_presences = true;
  begin({a});
  CAF_CHECK(last_request()["presences"] == true);
}

CAF_TEST(S1 presences do not come unless they are wanted) {
  begin({a});
  CAF_CHECK(last_request()["presences"] == false);
}

CAF_TEST(S1 presences do not come without the intent) {
  values.intents = intent::guilds | intent::guild_members;
  values.chunk_presences = true;
  begin({a});
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  CAF_CHECK(last_request()["presences"] == false);
  set_auto_chunk(true, true);
  say(guild_create(b, 5)); // joined
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK(last_request()["presences"] == false);
}

CAF_TEST(S1 set before the start it is as good as a setting) {
  values.auto_chunk = false;
  fail_lookup(errc::rest_failed);
  start();
  set_auto_chunk(true, true);
  pass(2s);
  greet({a});
  say(guild_create(a, 5));
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  CAF_CHECK(last_request()["presences"] == true);
}

CAF_TEST(S1 set twice it asks once and the second word counts) {
  values.auto_chunk = false;
  start_with({a, b});
  say(guild_create(a, 5));
  set_auto_chunk(true, false);
  set_auto_chunk(true, true);
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  CAF_CHECK(last_request()["presences"] == false);
  say(guild_create(b, 5));
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK(last_request()["presences"] == true);
  answer_all();
  CAF_CHECK_EQUAL(requests().size(), 2u);
  CAF_CHECK_EQUAL(finished_requests.size(), 2u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  set_auto_chunk(true, true);
  pass(1min);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
}

CAF_TEST(S1 switched off amid a startup it asks for no more and ends) {
  start_with({a, b, c});
  say(guild_create(a, 5));
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  set_auto_chunk(false);
  say(guild_create(b, 5));
  answer_all();
  CAF_CHECK(finished_shards.empty());
  pass(16s); // c is not created
  CAF_CHECK_EQUAL(requests().size(), 1u);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  auto& end = finished_shards[0];
  CAF_CHECK(end.incomplete_guild_ids.empty());
  CAF_CHECK(end.missed_guild_ids.empty());
  CAF_CHECK(end.unavailable_guild_ids.empty());
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].guilds, 1u);
  CAF_CHECK_EQUAL(order.back(), "E3");
  say(guild_create(guild(9), 5)); // joined later
  pass(1min);
  CAF_CHECK_EQUAL(requests().size(), 1u);
}

CAF_TEST(S1 switched off and on amid a startup it loses no guild) {
  start_with({a, b});
  say(guild_create(a, 5));
  set_auto_chunk(false);
  say(guild_create(b, 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  set_auto_chunk(true);
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK(last_request()["guild_id"] == id_b);
  answer_all();
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].guilds, 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
