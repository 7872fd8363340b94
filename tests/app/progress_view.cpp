#define CAF_SUITE app_progress_view

#include "app/progress_view.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::app;
using namespace std::chrono_literals;

namespace {

const progress_view::time_point began{1h};

chunking_progress half_way() {
  chunking_progress x;
  x.guilds = 1'040;
  x.guilds_complete = 520;
  x.guilds_in_flight = 8;
  x.guilds_queued = 512;
  x.members = 12'000;
  x.members_expected = 24'000;
  return x;
}

// A new field of the statistics belongs in the summary, too.
static_assert(sizeof(statistics)
              == 2 * sizeof(std::uint32_t)
                     + (24 + outcome_count) * sizeof(std::uint64_t)
                     + 3 * sizeof(latency));

struct fixture {
  progress_view terminal{true, began};
  progress_view pipe{false, began};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(progress_view_tests, fixture)

CAF_TEST(E6 progress says what is done and how fast) {
  auto text = pipe.show(half_way(), began + 4s);
  CAF_CHECK_EQUAL(text, "guilds 520/1,040  members 12,000  3,000/s\n");
}

CAF_TEST(E6 progress says the time left once it is known) {
  auto x = half_way();
  x.time_left = 200s;
  auto text = pipe.show(x, began + 4s);
  CAF_CHECK_EQUAL(text, "guilds 520/1,040  members 12,000  3,000/s"
                        "  about 3 min 20 s left\n");
}

CAF_TEST(E6 progress counts failed guilds) {
  auto x = half_way();
  x.guilds_failed = 3;
  x.time_left = 1500ms;
  auto text = pipe.show(x, began + 4s);
  CAF_CHECK_EQUAL(text, "guilds 520/1,040  members 12,000  3,000/s  failed 3"
                        "  about 1.5 s left\n");
}

CAF_TEST(E6 at the end no time is left to tell) {
  auto x = half_way();
  x.guilds_complete = x.guilds;
  x.guilds_in_flight = x.guilds_queued = 0;
  x.members = x.members_expected;
  x.time_left = 0s;
  auto text = pipe.show(x, began + 8s);
  CAF_CHECK_EQUAL(text, "guilds 1,040/1,040  members 24,000  3,000/s\n");
}

CAF_TEST(at the very start there is no rate) {
  auto text = pipe.show(chunking_progress{}, began);
  CAF_CHECK_EQUAL(text, "guilds 0/0  members 0  0/s\n");
}

CAF_TEST(a terminal has one line that is rewritten) {
  auto first = terminal.show(half_way(), began + 4s);
  CAF_CHECK_EQUAL(first, "\r\033[Kguilds 520/1,040  members 12,000  3,000/s");
  // However soon the next one comes.
  auto second = terminal.show(half_way(), began + 4s + 1ms);
  CAF_CHECK_EQUAL(second, "\r\033[Kguilds 520/1,040  members 12,000  2,999/s");
}

CAF_TEST(E6 the line on a terminal counts down by itself) {
  auto x = half_way();
  x.time_left = 60s;
  x.send_wait = 42s;
  auto told = terminal.show(x, began + 4s);
  auto front = std::string{"\r\033[Kguilds 520/1,040  members 12,000  "};
  CAF_CHECK_EQUAL(told, front
                            + "3,000/s  waiting for Discord's send limit (42 s)"
                              "  about 1 min 0 s left");
  auto soon = terminal.tick(began + 4s + 500ms);
  CAF_CHECK_EQUAL(soon, "");
  auto later = terminal.tick(began + 5s);
  CAF_CHECK_EQUAL(later,
                  front
                      + "2,400/s  waiting for Discord's send limit (41 s)"
                        "  about 59.0 s left");
  auto again = terminal.tick(began + 5s + 500ms);
  CAF_CHECK_EQUAL(again, "");
  // What has run out is left out, and an event says it anew.
  auto out = terminal.tick(began + 104s);
  CAF_CHECK_EQUAL(out, front + "115/s");
  auto fresh = terminal.show(x, began + 120s);
  CAF_CHECK(fresh.find("(42 s)") != std::string::npos);
}

CAF_TEST(E6 what moves when all is done is no progress) {
  auto x = half_way();
  x.guilds_complete = x.guilds;
  auto before = terminal.show(x, began);
  CAF_CHECK(!before.empty());
  terminal.show(finished_chunking{});
  x.guilds -= 40;
  x.guilds_complete -= 40;
  auto moved = terminal.show(x, began + 1s);
  CAF_CHECK_EQUAL(moved, "");
  --x.guilds_complete; // a new session
  auto again = terminal.show(x, began + 2s);
  CAF_CHECK(!again.empty());
}

CAF_TEST(E6 nothing counts down where there is no live line) {
  auto x = half_way();
  x.send_wait = 42s;
  pipe.show(x, began);
  auto file = pipe.tick(began + 10s);
  CAF_CHECK_EQUAL(file, "");
  auto before = terminal.tick(began + 10s);
  CAF_CHECK_EQUAL(before, "");
  terminal.show(x, began + 11s);
  terminal.show(shard_resumed{{1, 2}, 0});
  auto replaced = terminal.tick(began + 20s);
  CAF_CHECK_EQUAL(replaced, "");
  x.guilds_complete = x.guilds;
  terminal.show(x, began + 21s);
  auto over = terminal.tick(began + 30s);
  CAF_CHECK_EQUAL(over, "");
}

CAF_TEST(other lines and the table take the place of the live one) {
  terminal.show(half_way(), began + 4s);
  auto ready = terminal.show(shard_ready{{1, 2}, 0, 20});
  CAF_CHECK_EQUAL(ready, "\r\033[Kshard 1 ready, 20 guilds\n");
  auto resumed = terminal.show(shard_resumed{{1, 2}, 0});
  CAF_CHECK_EQUAL(resumed, "shard 1 resumed\n");
  terminal.show(half_way(), began + 5s);
  auto table = terminal.summary({}, began + 6s);
  CAF_CHECK_EQUAL(table.rfind("\r\033[Ksummary\n", 0), 0u);
}

CAF_TEST(elsewhere there is a line every two seconds) {
  auto x = half_way();
  CAF_CHECK(!pipe.show(x, began + 1s).empty());
  CAF_CHECK(pipe.show(x, began + 1s + 1ms).empty());
  CAF_CHECK(pipe.show(x, began + 3s - 1ms).empty());
  CAF_CHECK(!pipe.show(x, began + 3s).empty());
  CAF_CHECK(pipe.show(x, began + 4s).empty());
  for (auto text : {pipe.show(x, began + 9s), pipe.summary({}, began + 9s)})
    CAF_CHECK(text.find('\r') == std::string::npos);
}

CAF_TEST(E1 only what is not complete is shown) {
  chunk_request_finished x;
  x.guild_id = snowflake{77};
  x.outcome = outcome::complete;
  CAF_CHECK(pipe.show(x).empty());
  x.outcome = outcome::no_response;
  auto silent = pipe.show(x);
  CAF_CHECK_EQUAL(silent, "guild 77: no_response\n");
  x.outcome = outcome::incomplete;
  x.chunk_count = 1'200;
  x.missed_chunks = {4};
  auto one = pipe.show(x);
  CAF_CHECK_EQUAL(one, "guild 77: incomplete, 1 chunk of 1,200 missed: 4\n");
  x.missed_chunks = {4, 7, 8, 9};
  auto four = pipe.show(x);
  CAF_CHECK_EQUAL(four,
                  "guild 77: incomplete, 4 chunks of 1,200 missed: 4, 7-9\n");
}

CAF_TEST(E2 and E3 name what is missing) {
  shard_finished_chunking x;
  x.shard = {3, 16};
  auto whole = pipe.show(x);
  CAF_CHECK_EQUAL(whole, "shard 3 finished chunking\n");
  x.incomplete_guild_ids = {snowflake{1}};
  x.missed_guild_ids = {snowflake{2}, snowflake{3}};
  x.unavailable_guild_ids = {snowflake{4}, snowflake{5}, snowflake{6}};
  auto partial = pipe.show(x);
  CAF_CHECK_EQUAL(partial, "shard 3 finished chunking, 1 guild incomplete, "
                           "2 guilds missed, 3 guilds unavailable\n");
  auto all = pipe.show(finished_chunking{0, 1, 40, 200'040});
  CAF_CHECK_EQUAL(all, "finished chunking: 1 shard, 40 guilds complete, "
                       "200,040 members\n");
}

CAF_TEST(a disconnect says why and what follows) {
  shard_disconnected x;
  x.shard = {2, 4};
  x.reason = "the gateway went away";
  auto back = pipe.show(x);
  CAF_CHECK_EQUAL(back, "shard 2 disconnected: the gateway went away; will "
                        "resume\n");
  x.next = next_step::none;
  auto over = pipe.show(x);
  CAF_CHECK_EQUAL(over, "shard 2 disconnected: the gateway went away\n");
}

CAF_TEST(C9 other processes are told in words) {
  CAF_CHECK_EQUAL(pipe.show(node_joined{"0a", "10.0.0.7:7000"}),
                  "process 0a joined, at 10.0.0.7:7000\n");
  CAF_CHECK_EQUAL(pipe.show(node_joined{"0a", ""}), "process 0a joined\n");
  CAF_CHECK_EQUAL(pipe.show(node_left{"0a", "it was stopped"}),
                  "process 0a left: it was stopped\n");
  CAF_CHECK_EQUAL(pipe.show(node_left{"0a", ""}), "process 0a left\n");
  CAF_CHECK_EQUAL(pipe.show(shard_moved{{3, 4}, 9, "0a", "0b", 7}),
                  "shard 3 moved from process 0a to 0b\n");
  events_missed x;
  x.shard = {3, 4};
  CAF_CHECK_EQUAL(pipe.show(x), "shard 3: events of another process may not "
                                "have come here\n");
  x.count = std::uint64_t{1};
  CAF_CHECK_EQUAL(pipe.show(x),
                  "shard 3: 1 event of another process did not come here\n");
  x.count = std::uint64_t{1200};
  CAF_CHECK_EQUAL(pipe.show(x), "shard 3: 1,200 events of another process did "
                                "not come here\n");
}

CAF_TEST(the summary has every figure in its place) {
  statistics x;
  x.shards = 101;
  x.connected = 102;
  x.guilds = 103;
  x.sends = 104;
  x.send_budget = 105;
  x.queued_requests = 106;
  x.queued_commands = 107;
  x.in_flight = 108;
  x.outcomes = {201, 202, 203, 204, 205, 206, 207};
  x.refused_requests = 109;
  x.frames = 110;
  x.bytes_received = 111;
  x.bytes_decompressed = 112;
  x.chunks = 113;
  x.members = 114;
  x.duplicates = 115;
  x.late_chunks = 116;
  x.malformed = 117;
  x.foreign_requests = 118;
  x.rate_limited = 119;
  x.strays = 125;
  x.identifies = 120;
  x.resumes = 121;
  x.reconnects = 122;
  x.dropped_events = 123;
  x.reading_pauses = 124;
  x.listener_bytes = 129;
  x.heartbeat = {126, 11ms, 12ms, 13ms, 14ms};
  x.first_response = {127, 21ms, 22ms, 23ms, 24ms};
  x.completion = {128, 31ms, 32ms, 33ms, 34ms};
  auto text = pipe.summary(x, began + 7s);
  CAF_CHECK_EQUAL(
      text,
      "summary\n"
      "  time               7.0 s\n"
      "  shards             102 of 101 connected\n"
      "  guilds             103\n"
      "  members received   114\n"
      "  requests           201 complete, 202 incomplete, 203 no_response, "
      "204 rate_limited, 205 guild_left, 206 session_lost, 207 cancelled; "
      "109 refused, 118 from elsewhere\n"
      "  waiting            106 requests, 107 commands, 108 in flight\n"
      "  sends              104, 105 left in this window\n"
      "  chunks             113 (115 duplicate, 116 late, 117 malformed)\n"
      "  rate limited       119\n"
      "  strays             125\n"
      "  connections        120 identifies, 121 resumes, 122 reconnects\n"
      "  received           110 frames, 111 bytes, 112 decompressed\n"
      "  listeners          129 bytes held, 123 events dropped, "
      "124 reading pauses\n"
      "  heartbeat          p50 11 ms, p90 12 ms, p99 13 ms, max 14 ms of "
      "126\n"
      "  first response     p50 21 ms, p90 22 ms, p99 23 ms, max 24 ms of "
      "127\n"
      "  completion         p50 31 ms, p90 32 ms, p99 33 ms, max 34 ms of "
      "128\n");
}

CAF_TEST(a summary without requests and heartbeats says so) {
  auto text = pipe.summary({}, began);
  for (auto row : {"  requests           none; 0 refused, 0 from elsewhere\n",
                   "  heartbeat          none\n", "  first response     none\n",
                   "  completion         none\n"})
    CAF_CHECK(text.find(row) != std::string::npos);
}

CAF_TEST(of one thing there is one) {
  statistics x;
  x.identifies = x.resumes = x.reconnects = 1;
  x.frames = x.bytes_received = x.queued_requests = x.queued_commands = 1;
  x.listener_bytes = x.dropped_events = x.reading_pauses = 1;
  auto text = pipe.summary(x, began);
  for (auto row :
       {"  connections        1 identify, 1 resume, 1 reconnect\n",
        "  received           1 frame, 1 byte, 0 decompressed\n",
        "  waiting            1 request, 1 command, 0 in flight\n",
        "  listeners          1 byte held, 1 event dropped, 1 reading pause\n"})
    CAF_CHECK(text.find(row) != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
