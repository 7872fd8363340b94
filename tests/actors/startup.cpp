#define CAF_SUITE actors_startup

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(startup_tests, fleet)

CAF_TEST(S1 every guild of READY is asked for and E1 E2 E3 come in order) {
  begin({a, b});
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK(requests()[0]["query"] == "");
  CAF_CHECK(requests()[0]["limit"] == 0);
  CAF_CHECK(finished.empty());
  answer_all(3);
  CAF_CHECK_EQUAL(order,
                  (std::vector<std::string>{"E1 " + to_string(a) + " complete",
                                            "E1 " + to_string(b) + " complete",
                                            "E2 0", "E3"}));
  CAF_CHECK_EQUAL(finished.at(0).guilds, 2u);
  CAF_CHECK_EQUAL(finished.at(0).members, 6u);
  CAF_CHECK_EQUAL(finished.at(0).shards, 1u);
  CAF_CHECK_EQUAL(finished.at(0).start_id, 7u);
}

CAF_TEST(E1 carries what came) {
  begin({a}, 5000);
  answer_last(1000, 3);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  auto& x = finished_requests[0];
  CAF_CHECK_EQUAL(x.shard, (shard_id{0, 1}));
  CAF_CHECK_EQUAL(x.guild_id, a);
  CAF_CHECK_EQUAL(x.nonce, last_nonce());
  CAF_CHECK(x.outcome == outcome::complete);
  CAF_CHECK_EQUAL(x.chunk_count, 3u);
  CAF_CHECK(x.missed_chunks.empty());
  CAF_CHECK_EQUAL(x.members, 3000u);
  CAF_CHECK_EQUAL(x.attempts, 1u);
  CAF_CHECK(x.first_received_at && x.last_received_at);
}

CAF_TEST(S1 a guild that is joined later is chunked and not counted) {
  start_with({});
  CAF_CHECK_EQUAL(finished_shards.size(), 1u); // S4
  say(guild_create(guild(9), 5));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  answer_all();
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].guilds, 0u);
}

CAF_TEST(S2 a guild that is whole needs no request and feeds E5) {
  start();
  record(~0u);
  greet({a, b});
  say(guild_create(a, 3, false, 3));
  say(guild_create(b, 3, false, 1)); // holds only the bot
  CAF_REQUIRE_EQUAL(chunks.size(), 1u);
  CAF_CHECK_EQUAL(chunks[0].guild_id, a);
  CAF_CHECK_EQUAL(chunks[0].members.count, 3u);
  CAF_CHECK(chunks[0].nonce.empty());
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  CAF_CHECK(last_request()["guild_id"] == to_string(b));
  answer_all(3);
  CAF_CHECK_EQUAL(finished.at(0).guilds, 2u);
  CAF_CHECK_EQUAL(finished.at(0).members, 6u);
}

CAF_TEST(S3 without chunking the requests of the bot settle their guilds) {
  values.auto_chunk = false;
  begin({a, b});
  auto prefix = ask(ask_for::search(b, "n", 3));
  answer_last();
  CAF_CHECK(prefix->answer);
  auto list = ask(ask_for::whole_list(a));
  pass(20s); // unanswered: 10 s
  CAF_REQUIRE(list->answer);
  CAF_CHECK(list->answer->outcome == outcome::no_response);
  pass(20s);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{a});
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(S3 without chunking and requests a shard finishes without E2) {
  values.auto_chunk = false;
  begin({a});
  pass(14s);
  CAF_CHECK(finished.empty());
  pass(2s);
  CAF_CHECK(finished_shards.empty());
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(S4 READY without guilds finishes at once) {
  start_with({});
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 0", "E3"}));
}

CAF_TEST(S4 an outage and a removal are not awaited) {
  start_with({a, b, c});
  say(guild_delete(a, true));
  say(guild_delete(b, false));
  say(guild_create(c, 5));
  answer_all();
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].unavailable_guild_ids, std::vector{a});
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
  CAF_CHECK(finished_shards[0].incomplete_guild_ids.empty());
  CAF_CHECK_EQUAL(finished.at(0).guilds, 1u);
  // Back from the outage it is chunked as a joined one.
  say(guild_create(a, 5));
  CAF_CHECK(last_request()["guild_id"] == to_string(a));
  answer_last();
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
}

CAF_TEST(S4 a guild whose GUILD_CREATE does not come is missed) {
  start_with({a, b});
  pass(10s);
  say(guild_create(a, 5));
  answer_all();
  pass(14s); // after the last GUILD_CREATE
  CAF_CHECK(finished_shards.empty());
  pass(2s);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{b});
}

CAF_TEST(E2 tells incomplete from missed) {
  values.max_attempts = 1;
  start_with({a, b});
  say(guild_create(a, 5));
  say(guild_create(b, 6));
  say(chunk(a, requests()[0]["nonce"], 0, 2));
  pass(30s);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].incomplete_guild_ids, std::vector{a});
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{b});
  CAF_CHECK_EQUAL(finished.at(0).guilds, 0u);
}

CAF_TEST(S7 pinned guilds come first and then small ones) {
  values.max_in_flight = 1;
  values.pinned_guilds = {c};
  start_with({a, b, c});
  link().confirm_writes = true;
  say(guild_create(a, 900));
  say(guild_create(b, 300));
  say(guild_create(c, 5000));
  answer_all();
  std::vector<std::string> asked;
  for (auto& x : requests())
    asked.push_back(x["guild_id"]);
  // The first was alone when it came.
  CAF_CHECK_EQUAL(asked, (std::vector<std::string>{to_string(a), to_string(c),
                                                   to_string(b)}));
}

CAF_TEST(S7 a filter leaves the other guilds alone) {
  values.only_guilds = {b};
  begin({a, b}, 9);
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  CAF_CHECK(last_request()["guild_id"] == to_string(b));
  answer_all();
  CAF_CHECK_EQUAL(finished.at(0).guilds, 1u);
  CAF_CHECK(finished_shards.at(0).missed_guild_ids.empty());
}

CAF_TEST(S7 the state of a guild can be asked for) {
  values.max_in_flight = 1;
  values.max_attempts = 1;
  auto d = guild(4);
  start_with({a, b, c, d});
  CAF_CHECK(state_of(a).status == guild_status::unknown);
  say(guild_create(a, 9));
  say(guild_create(b, 10));
  say(guild_delete(c, true));
  CAF_CHECK(state_of(a).status == guild_status::in_flight);
  CAF_CHECK_EQUAL(state_of(a).member_count, 9u);
  CAF_CHECK(state_of(b).status == guild_status::queued);
  CAF_CHECK(state_of(c).status == guild_status::unavailable);
  answer_last(9);
  CAF_CHECK(state_of(a).status == guild_status::complete);
  CAF_CHECK_EQUAL(state_of(a).members_received, 9u);
  say(chunk(b, last_nonce(), 0, 2));
  pass(30s);
  CAF_CHECK(state_of(b).status == guild_status::incomplete);
  CAF_CHECK(state_of(d).status == guild_status::missed);
}

CAF_TEST(S8 members that come and go are in the books) {
  begin({a}, 9);
  say(member_add(a, snowflake{77}));
  say(member_add(a, snowflake{78}));
  say(member_remove(a, snowflake{77}));
  CAF_CHECK_EQUAL(state_of(a).member_count, 10u);
  answer_last(10);
  CAF_CHECK_EQUAL(state_of(a).members_received, 10u);
  say(member_remove(a, snowflake{78}));
  CAF_CHECK_EQUAL(state_of(a).member_count, 9u);
  CAF_CHECK_EQUAL(state_of(a).members_received, 9u);
}

CAF_TEST(E3 waits for every shard and comes once) {
  start(2);
  auto a = guild(1, 0), b = guild(1, 1);
  CAF_CHECK_EQUAL(connections.size(), 2u);
  greet({a}, 0);
  greet({b}, 1);
  create({a});
  answer_all();
  CAF_CHECK(finished.empty());
  create({b});
  answer_all();
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].shards, 2u);
  CAF_CHECK_EQUAL(order.back(), "E3");
}

CAF_TEST(E4 a listener that comes late is given what has been) {
  start_with({});
  order.clear();
  record(event_bit::books);
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 0", "E3"}));
}

CAF_TEST(E6 progress counts guilds and members) {
  start_with({a, b});
  say(guild_create(a, 5));
  say(guild_create(b, 15));
  pass(1s);
  say(chunk(a, requests()[0]["nonce"], 0, 1, 5));
  pass(1s);
  CAF_REQUIRE(!progress.empty());
  CAF_CHECK_EQUAL(progress.back().guilds, 2u);
  CAF_CHECK_EQUAL(progress.back().guilds_complete, 1u);
  CAF_CHECK_EQUAL(progress.back().guilds_in_flight, 1u);
  CAF_CHECK_EQUAL(progress.back().members, 5u);
  CAF_CHECK_EQUAL(progress.back().members_expected, 20u);
  CAF_CHECK(!progress.back().time_left); // one answer is not enough
}

CAF_TEST_FIXTURE_SCOPE_END()
