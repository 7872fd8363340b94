#define CAF_SUITE actors_startup

#include "tests/support/answering_fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(startup_tests, answering_fleet)

CAF_TEST(S1 every guild of READY is asked for and E1 E2 E3 come in order) {
  start();
  auto a = guild(1), b = guild(2);
  auto& gate = greet({a, b});
  gate.say(guild_create(a, 5));
  gate.say(guild_create(b, 5));
  sched.run();
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
  start();
  auto a = guild(1);
  greet({a}).say(guild_create(a, 5000));
  sched.run();
  answer_last(3, 1000);
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
  start();
  auto& gate = greet({});
  CAF_CHECK_EQUAL(finished_shards.size(), 1u); // S4
  gate.say(guild_create(guild(9), 5));
  sched.run();
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
  auto a = guild(1), b = guild(2);
  auto& gate = greet({a, b});
  gate.say(guild_create(a, 3, false, 3));
  gate.say(guild_create(b, 3, false, 1)); // holds only the bot
  sched.run();
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
  start();
  auto a = guild(1), b = guild(2);
  auto& gate = greet({a, b});
  gate.say(guild_create(a, 5));
  gate.say(guild_create(b, 5));
  sched.run();
  auto prefix = ask(guild_members_request::search(b, "n", 3));
  answer_last();
  CAF_CHECK(prefix->answer);
  auto list = ask(guild_members_request::whole_list(a));
  pass(20s); // unanswered: 10 s
  CAF_REQUIRE(list->answer);
  CAF_CHECK(list->answer->outcome == outcome::no_response);
  pass(20s);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids,
                  std::vector<snowflake>{a});
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(S3 without chunking and requests a shard finishes without E2) {
  values.auto_chunk = false;
  start();
  auto a = guild(1);
  greet({a}).say(guild_create(a, 5));
  pass(14s);
  CAF_CHECK(finished.empty());
  pass(2s);
  CAF_CHECK(finished_shards.empty());
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(S4 READY without guilds finishes at once) {
  start();
  greet({});
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 0", "E3"}));
}

CAF_TEST(S4 an outage and a removal are not awaited) {
  start();
  auto a = guild(1), b = guild(2), c = guild(3);
  auto& gate = greet({a, b, c});
  gate.say(guild_delete(a, true));
  gate.say(guild_delete(b, false));
  gate.say(guild_create(c, 5));
  sched.run();
  answer_all();
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].unavailable_guild_ids,
                  std::vector<snowflake>{a});
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
  CAF_CHECK(finished_shards[0].incomplete_guild_ids.empty());
  CAF_CHECK_EQUAL(finished.at(0).guilds, 1u);
  // Back from the outage it is chunked as a joined one.
  gate.say(guild_create(a, 5));
  sched.run();
  CAF_CHECK(last_request()["guild_id"] == to_string(a));
  answer_last();
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
}

CAF_TEST(S4 a guild whose GUILD_CREATE does not come is missed) {
  start();
  auto a = guild(1), b = guild(2);
  auto& gate = greet({a, b});
  pass(10s);
  gate.say(guild_create(a, 5));
  sched.run();
  answer_all();
  pass(14s); // after the last GUILD_CREATE
  CAF_CHECK(finished_shards.empty());
  pass(2s);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids,
                  std::vector<snowflake>{b});
}

CAF_TEST(E2 tells incomplete from missed) {
  values.max_attempts = 1;
  start();
  auto a = guild(1), b = guild(2);
  auto& gate = greet({a, b});
  gate.say(guild_create(a, 5));
  gate.say(guild_create(b, 6));
  sched.run();
  gate.say(chunk(a, requests()[0]["nonce"], 0, 2));
  pass(30s);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].incomplete_guild_ids,
                  std::vector<snowflake>{a});
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids,
                  std::vector<snowflake>{b});
  CAF_CHECK_EQUAL(finished.at(0).guilds, 0u);
}

CAF_TEST(S7 pinned guilds come first and then small ones) {
  values.max_in_flight = 1;
  auto a = guild(1), b = guild(2), c = guild(3);
  values.pinned_guilds = {c};
  start();
  auto& gate = greet({a, b, c});
  link().confirm_writes = true;
  gate.say(guild_create(a, 900));
  gate.say(guild_create(b, 300));
  gate.say(guild_create(c, 5000));
  sched.run();
  answer_all();
  std::vector<std::string> asked;
  for (auto& x : requests())
    asked.push_back(x["guild_id"]);
  // The first was alone when it came.
  CAF_CHECK_EQUAL(asked, (std::vector<std::string>{to_string(a), to_string(c),
                                                   to_string(b)}));
}

CAF_TEST(S7 a filter leaves the other guilds alone) {
  auto a = guild(1), b = guild(2);
  values.only_guilds = {b};
  start();
  auto& gate = greet({a, b});
  gate.say(guild_create(a, 9));
  gate.say(guild_create(b, 9));
  sched.run();
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  CAF_CHECK(last_request()["guild_id"] == to_string(b));
  answer_all();
  CAF_CHECK_EQUAL(finished.at(0).guilds, 1u);
  CAF_CHECK(finished_shards.at(0).missed_guild_ids.empty());
}

CAF_TEST(S7 the state of a guild can be asked for) {
  values.max_in_flight = 1;
  values.max_attempts = 1;
  start();
  auto a = guild(1), b = guild(2), c = guild(3), d = guild(4);
  auto& gate = greet({a, b, c, d});
  CAF_CHECK(state_of(a).status == guild_status::unknown);
  gate.say(guild_create(a, 9));
  gate.say(guild_create(b, 10));
  gate.say(guild_delete(c, true));
  sched.run();
  CAF_CHECK(state_of(a).status == guild_status::in_flight);
  CAF_CHECK_EQUAL(state_of(a).member_count, 9u);
  CAF_CHECK(state_of(b).status == guild_status::queued);
  CAF_CHECK(state_of(c).status == guild_status::unavailable);
  answer_last(1, 9);
  CAF_CHECK(state_of(a).status == guild_status::complete);
  CAF_CHECK_EQUAL(state_of(a).members_received, 9u);
  gate.say(chunk(b, last_nonce(), 0, 2));
  pass(30s);
  CAF_CHECK(state_of(b).status == guild_status::incomplete);
  CAF_CHECK(state_of(d).status == guild_status::missed);
}

CAF_TEST(S8 members that come and go are in the books) {
  start();
  auto a = guild(1);
  auto& gate = greet({a});
  gate.say(guild_create(a, 9));
  sched.run();
  gate.say(member_add(a, snowflake{77}));
  gate.say(member_add(a, snowflake{78}));
  gate.say(member_remove(a, snowflake{77}));
  sched.run();
  CAF_CHECK_EQUAL(state_of(a).member_count, 10u);
  answer_last(1, 10);
  CAF_CHECK_EQUAL(state_of(a).members_received, 10u);
  gate.say(member_remove(a, snowflake{78}));
  sched.run();
  CAF_CHECK_EQUAL(state_of(a).member_count, 9u);
  CAF_CHECK_EQUAL(state_of(a).members_received, 9u);
}

CAF_TEST(E3 waits for every shard and comes once) {
  start(2);
  auto a = guild(1, 0), b = guild(1, 1);
  CAF_CHECK_EQUAL(connections.size(), 2u);
  auto& first = greet({a}, 0);
  auto& second = greet({b}, 1);
  first.say(guild_create(a, 5));
  sched.run();
  answer_all();
  CAF_CHECK(finished.empty());
  second.say(guild_create(b, 5));
  sched.run();
  answer_all();
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].shards, 2u);
  CAF_CHECK_EQUAL(order.back(), "E3");
}

CAF_TEST(E4 a listener that comes late is given what has been) {
  start();
  greet({});
  order.clear();
  record(event_bit::books);
  sched.run();
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 0", "E3"}));
}

CAF_TEST(E6 progress counts guilds and members) {
  start();
  auto a = guild(1), b = guild(2);
  auto& gate = greet({a, b});
  gate.say(guild_create(a, 5));
  gate.say(guild_create(b, 15));
  pass(1s);
  gate.say(chunk(a, requests()[0]["nonce"], 0, 1, 5));
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
