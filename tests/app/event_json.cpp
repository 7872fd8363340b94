#define CAF_SUITE app_event_json

#include "app/event_json.hpp"

#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::app;
using namespace std::chrono_literals;

namespace {

// 2026-08-01T12:00:00Z
const caf::timestamp noon{1'785'585'600s};

chunk_request_finished finished() {
  chunk_request_finished x;
  x.shard = {3, 16};
  x.start_id = 77;
  x.guild_id = snowflake{1'258'291'200'004'194'304};
  x.nonce = "abc";
  return x;
}

} // namespace

CAF_TEST(times are UTC with milliseconds) {
  CAF_CHECK_EQUAL(to_rfc3339(noon), "2026-08-01T12:00:00.000Z");
  CAF_CHECK_EQUAL(to_rfc3339(noon + 123'999'999ns), "2026-08-01T12:00:00.123Z");
  CAF_CHECK_EQUAL(to_rfc3339(noon + 7ms), "2026-08-01T12:00:00.007Z");
  CAF_CHECK_EQUAL(to_rfc3339(caf::timestamp{}), "1970-01-01T00:00:00.000Z");
}

CAF_TEST(E1 as a line) {
  auto x = finished();
  x.outcome = outcome::incomplete;
  x.chunk_count = 4;
  x.missed_chunks = {1, 3};
  x.not_found_ids = {snowflake{7}, snowflake{~0ull}};
  x.members = 2600;
  x.attempts = 2;
  x.first_received_at = noon;
  x.last_received_at = noon + 1500ms;
  CAF_CHECK_EQUAL(
      to_json(x),
      R"({"event":"chunk_request_finished","shard":3,)"
      R"("guild_id":"1258291200004194304","nonce":"abc",)"
      R"("outcome":"incomplete","chunk_count":4,"missed_chunks":[1,3],)"
      R"("not_found_ids":["7","18446744073709551615"],"members":2600,)"
      R"("attempts":2,"first_received_at":"2026-08-01T12:00:00.000Z",)"
      R"("last_received_at":"2026-08-01T12:00:01.500Z"})");
}

CAF_TEST(E1 of a request without an answer has nulls) {
  CAF_CHECK_EQUAL(
      to_json(finished()),
      R"({"event":"chunk_request_finished","shard":3,)"
      R"("guild_id":"1258291200004194304","nonce":"abc",)"
      R"("outcome":"no_response","chunk_count":0,"missed_chunks":[],)"
      R"("not_found_ids":[],"members":0,"attempts":0,)"
      R"("first_received_at":null,"last_received_at":null})");
}

CAF_TEST(a nonce is escaped and never breaks the line) {
  auto x = finished();
  x.nonce = "a\"\n\xff";
  auto text = to_json(x);
  CAF_CHECK(text.find(R"("nonce":"a\"\n)") != std::string::npos);
  CAF_CHECK(text.find('\n') == std::string::npos);
  CAF_CHECK(text.find('\xff') == std::string::npos);
}

CAF_TEST(every outcome has its word) {
  const char* words[] = {"complete",     "incomplete", "no_response",
                         "rate_limited", "guild_left", "session_lost",
                         "cancelled"};
  static_assert(std::size(words) == outcome_count);
  auto x = finished();
  for (std::size_t i = 0; i < outcome_count; ++i) {
    x.outcome = static_cast<outcome>(i);
    CAF_CHECK(to_json(x).find("\"outcome\":\"" + std::string{words[i]} + '"')
              != std::string::npos);
  }
}

CAF_TEST(E2 as a line) {
  shard_finished_chunking x;
  x.shard = {1, 2};
  x.at = noon;
  CAF_CHECK_EQUAL(to_json(x),
                  R"({"event":"shard_finished_chunking","shard":1,)"
                  R"("incomplete_guild_ids":[],"missed_guild_ids":[],)"
                  R"("unavailable_guild_ids":[],)"
                  R"("at":"2026-08-01T12:00:00.000Z"})");
  x.incomplete_guild_ids = {snowflake{1}};
  x.missed_guild_ids = {snowflake{2}, snowflake{3}};
  x.unavailable_guild_ids = {snowflake{4}};
  CAF_CHECK_EQUAL(to_json(x), R"({"event":"shard_finished_chunking","shard":1,)"
                              R"("incomplete_guild_ids":["1"],)"
                              R"("missed_guild_ids":["2","3"],)"
                              R"("unavailable_guild_ids":["4"],)"
                              R"("at":"2026-08-01T12:00:00.000Z"})");
}

CAF_TEST(E3 as a line) {
  finished_chunking x;
  x.shards = 2;
  x.guilds = 40;
  x.members = 200'040;
  CAF_CHECK_EQUAL(to_json(x), R"({"event":"finished_chunking","shards":2,)"
                              R"("guilds":40,"members":200040})");
}

CAF_TEST(E6 as a line) {
  chunking_progress x;
  x.guilds = 40;
  x.guilds_complete = 11;
  x.guilds_in_flight = 2;
  x.guilds_queued = 26;
  x.guilds_failed = 1;
  x.members = 5'000;
  x.members_expected = 9'000;
  CAF_CHECK_EQUAL(to_json(x),
                  R"({"event":"chunking_progress","guilds":40,)"
                  R"("guilds_complete":11,"guilds_in_flight":2,)"
                  R"("guilds_queued":26,"guilds_failed":1,"members":5000,)"
                  R"("members_expected":9000,"seconds_left":null,)"
                  R"("send_wait_seconds":0.0})");
  x.time_left = std::chrono::milliseconds(12'345);
  x.send_wait = std::chrono::seconds(7);
  auto text = to_json(x);
  CAF_CHECK(text.find(R"("seconds_left":12.345,)") != text.npos);
  CAF_CHECK(text.find(R"("send_wait_seconds":7.0})") != text.npos);
}

CAF_TEST(the page of the room has every key) {
  std::ifstream file{MUSTER_FUZZ_CORPUS "/../../../app/README.md"};
  std::string page{std::istreambuf_iterator<char>{file}, {}};
  for (auto& text : {to_json(finished()), to_json(shard_finished_chunking{}),
                     to_json(finished_chunking{}), to_json(chunking_progress{}),
                     to_json(shard_ready{}), to_json(shard_resumed{}),
                     to_json(shard_disconnected{}), to_json(shard_moved{}),
                     to_json(node_joined{}), to_json(node_left{}),
                     to_json(events_missed{})}) {
    auto event = nlohmann::ordered_json::parse(text);
    auto at = page.find("\n| `" + event["event"].get<std::string>() + "` |");
    CAF_REQUIRE(at != std::string::npos);
    event.erase("event");
    // In the rows below the event's, in this order.
    for (auto& [key, value] : event.items()) {
      at = page.find("`" + key + "`", at);
      if (at == std::string::npos)
        CAF_FAIL("no row for " << key << " in " << text);
    }
  }
}

CAF_TEST(the states of a shard as lines) {
  CAF_CHECK_EQUAL(to_json(shard_ready{{1, 2}, 0, 20, 0, noon}),
                  R"({"event":"shard_ready","shard":1,"guilds":20,)"
                  R"("at":"2026-08-01T12:00:00.000Z"})");
  CAF_CHECK_EQUAL(to_json(shard_resumed{{1, 2}, 0, noon + 7ms}),
                  R"({"event":"shard_resumed","shard":1,)"
                  R"("at":"2026-08-01T12:00:00.007Z"})");
  shard_disconnected x;
  x.at = noon;
  CAF_CHECK_EQUAL(to_json(x), R"({"event":"shard_disconnected","shard":0,)"
                              R"("code":null,"next":"resume","reason":"",)"
                              R"("at":"2026-08-01T12:00:00.000Z"})");
  x.code = 4014;
  x.next = next_step::none;
  x.reason = "it \"ends\"\n\xff";
  auto text = to_json(x);
  CAF_CHECK(text.find(R"("code":4014,"next":"none","reason":"it \"ends\"\n)")
            != std::string::npos);
  CAF_CHECK(text.find('\n') == std::string::npos);
}

CAF_TEST(a takeover as a line) {
  CAF_CHECK_EQUAL(to_json(shard_moved{{3, 4}, 9, "0a", "0b", 7}),
                  R"({"event":"shard_moved","shard":3,"from":"0a",)"
                  R"("to":"0b","epoch":7})");
}

CAF_TEST(other processes as lines) {
  CAF_CHECK_EQUAL(
      to_json(node_joined{"0a", "10.0.0.7:7000"}),
      R"({"event":"node_joined","node":"0a","address":"10.0.0.7:7000"})");
  CAF_CHECK_EQUAL(
      to_json(node_left{"0a", "it \"ends\""}),
      R"({"event":"node_left","node":"0a","reason":"it \"ends\""})");
}

CAF_TEST(C9 events that did not come as a line) {
  events_missed x;
  x.shard = {3, 4};
  CAF_CHECK_EQUAL(to_json(x),
                  R"({"event":"events_missed","shard":3,"count":null})");
  x.count = std::uint64_t{12};
  CAF_CHECK_EQUAL(to_json(x),
                  R"({"event":"events_missed","shard":3,"count":12})");
}

CAF_TEST(the states of a shard are stamped when they are made) {
  auto before = caf::make_timestamp();
  for (auto at : {shard_ready{}.at, shard_resumed{}.at, shard_disconnected{}.at,
                  shard_finished_chunking{}.at})
    CAF_CHECK(at >= before && at <= before + 1min);
}
