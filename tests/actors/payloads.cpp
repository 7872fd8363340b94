#define CAF_SUITE actors_payloads

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

using ids = std::vector<snowflake>;

struct fixture : fleet {
  /// The data of a chunk with the nonce that was asked for last.
  std::string chunk_of(snowflake id, const std::string& fields) {
    return test::dispatch("GUILD_MEMBERS_CHUNK", 5,
                          "{\"guild_id\":\"" + to_string(id) + "\",\"nonce\":\""
                              + last_nonce() + "\"," + fields + '}');
  }

  const ids& missed() { return finished_shards.at(0).missed_guild_ids; }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(payload_tests, fixture)

CAF_TEST(F2 all values of a message are taken in order) {
  start();
  link().opened();
  say(hello(41'250ms) + heartbeat_request());
  CAF_CHECK_EQUAL(link().sent(1).size(), 1u);
  pass(6s);
  // Of each kind one in front: what is scanned by who reads it, what is not.
  say(ready({a, b}) + "\n" + guild_create(a, 5) + guild_create(b, 6) + " "
      + test::dispatch("MESSAGE_CREATE", 9, R"({"x":"}{"})")
      + heartbeat_request() + std::string("\0\0\n", 3));
  CAF_CHECK_EQUAL(readies.size(), 1u);
  CAF_CHECK_EQUAL(link().sent(1).size(), 2u);
  CAF_CHECK(link().sent(1).back() == 9); // after the MESSAGE_CREATE
  auto asked = requests();
  CAF_REQUIRE_EQUAL(asked.size(), 2u);
  auto nonce_of = [&](std::size_t i) {
    return asked[i]["nonce"].get<std::string>();
  };
  say(chunk(a, nonce_of(0), 0, 2) + chunk(b, nonce_of(1), 0, 1)
      + chunk(a, nonce_of(0), 1, 2));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 2u);
  for (auto& x : finished_requests)
    CAF_CHECK(x.outcome == outcome::complete);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(figures().malformed, 0u);
}

CAF_TEST(F2 what follows a payload and is none is counted) {
  start_with({a});
  say(guild_create(a, 5) + "garbage");
  CAF_CHECK_EQUAL(requests().size(), 1u);
  CAF_CHECK_EQUAL(figures().malformed, 1u);
  say(heartbeat_request() + "}" + heartbeat_request());
  CAF_CHECK_EQUAL(figures().malformed, 2u);
  CAF_CHECK_EQUAL(link().sent(1).size(), 2u);
  // What is no payload hides none behind it; what is no object counts once.
  say("5 [] words {\"op\":-1}" + heartbeat_request());
  CAF_CHECK_EQUAL(figures().malformed, 4u);
  CAF_CHECK_EQUAL(link().sent(1).size(), 3u);
  // The data came whole, the payload did not.
  auto piece = chunk(a, last_nonce(), 0, 1);
  piece.pop_back();
  say(piece);
  CAF_CHECK_EQUAL(figures().malformed, 5u);
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(F2 what follows the end of a session is left to the next) {
  start_with({a});
  say(test::reconnect() + guild_create(a, 5) + "garbage");
  CAF_CHECK_EQUAL(requests().size(), 0u);
  CAF_CHECK_EQUAL(figures().malformed, 0u);
}

CAF_TEST(F2 an event without a name or with half of its data is counted) {
  start_with({a});
  say(R"({"op":0,"s":7,"t":5,"d":{}})");
  CAF_CHECK_EQUAL(figures().malformed, 1u);
  say(R"({"t":"TYPING_START","s":8,"op":0,"d":{"a":1)");
  CAF_CHECK_EQUAL(figures().malformed, 2u);
}

CAF_TEST(F2 fields of odd types cost no guild and no chunk) {
  values.chunk_presences = true;
  start_with({a, b});
  say(test::dispatch("GUILD_CREATE", 2,
                     "{\"id\":" + to_string(a)
                         + R"(,"member_count":"1500","unavailable":0,)"
                           R"("large":"true","presences":{},"members":5})"));
  say(test::dispatch("GUILD_CREATE", 3,
                     "{\"id\":\"" + to_string(b)
                         + R"(","member_count":-1,"unavailable":"no",)"
                           R"("name":")"
                         + "\xFF\x01" + R"("})"));
  CAF_CHECK_EQUAL(requests().size(), 2u);
  CAF_CHECK_EQUAL(state_of(a).member_count, 1500u);
  auto first = requests().at(0);
  auto to = guild_asked(first);
  auto other = to == a ? b : a;
  say(chunk_of(other, R"("members":[{}],"chunk_index":"0","chunk_count":1.0,)"
                      R"("presences":{},"not_found":"7")"));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
  CAF_CHECK(finished_requests[0].not_found_ids == ids{snowflake{7}});
  answer(first);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(figures().malformed, 0u);
}

CAF_TEST(F2 guilds of READY that cannot be read are counted) {
  start();
  identify();
  say(test::dispatch("READY", 1,
                     "{\"session_id\":\"s\",\"guilds\":[{\"id\":\""
                         + to_string(a)
                         + R"("},{"id":18446744073709551616},null,"words",)"
                           R"({"id":null}],"resume_gateway_url":5,)"
                           "\"user\":{\"username\":\"\xFF\"}}"));
  CAF_REQUIRE_EQUAL(readies.size(), 1u);
  CAF_CHECK_EQUAL(readies[0].guilds, 1u);
  CAF_CHECK_EQUAL(readies[0].unreadable_guilds, 4u);
  CAF_CHECK_EQUAL(figures().malformed, 4u);
  say(guild_create(a, 5));
  answer(a);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(missed().empty());
}

CAF_TEST(S1 guilds of other shards are not awaited) {
  start(2);
  auto mine = guild(1, 0), theirs = guild(1, 1), other = guild(2, 1);
  greet({mine, theirs, other});
  greet({guild(3, 1)}, 1);
  CAF_REQUIRE_EQUAL(readies.size(), 2u);
  CAF_CHECK_EQUAL(readies[0].guilds, 1u);
  CAF_CHECK_EQUAL(readies[0].unreadable_guilds, 0u);
  CAF_CHECK_EQUAL(figures().malformed, 2u);
  say(guild_create(theirs, 5));
  say(guild_delete(other, true));
  say(member_add(theirs, snowflake{9}));
  say(member_remove(theirs, snowflake{9}));
  say(chunk(theirs, "n", 0, 1));
  CAF_CHECK_EQUAL(figures().malformed, 7u);
  CAF_CHECK_EQUAL(figures().foreign_requests, 0u);
  CAF_CHECK(requests().empty());
  say(guild_create(mine, 5));
  answer(mine);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(missed().empty());
  CAF_CHECK(finished_shards[0].unavailable_guild_ids.empty());
}

CAF_TEST(B2 lists of members and presences know their guild) {
  start();
  record(~0u);
  greet({a, b});
  say(guild_create(a, 2, false, 2)); // whole
  say(guild_create(b, 5));
  chunk_fields x;
  x.guild = b;
  x.nonce = last_nonce();
  x.presences = '[' + presence(snowflake{1}) + ']';
  say(chunk(x, 4));
  CAF_REQUIRE_EQUAL(chunks.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    CAF_CHECK(chunks[i].members.guild_id == (i == 0 ? a : b));
    CAF_CHECK(chunks[i].presences.guild_id == (i == 0 ? a : b));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
