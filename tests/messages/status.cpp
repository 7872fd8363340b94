#define CAF_SUITE messages_status

#include "messages/status.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t statistics::*small_counts[] = {&statistics::shards,
                                                       &statistics::connected};

constexpr std::uint64_t statistics::*counts[] = {
    &statistics::guilds,           &statistics::sends,
    &statistics::send_budget,      &statistics::queued_requests,
    &statistics::queued_commands,  &statistics::in_flight,
    &statistics::refused_requests, &statistics::frames,
    &statistics::bytes_received,   &statistics::bytes_decompressed,
    &statistics::chunks,           &statistics::members,
    &statistics::duplicates,       &statistics::late_chunks,
    &statistics::malformed,        &statistics::foreign_requests,
    &statistics::rate_limited,     &statistics::strays,
    &statistics::identifies,       &statistics::resumes,
    &statistics::reconnects,       &statistics::dropped_events,
    &statistics::reading_pauses,   &statistics::listener_bytes,
};

// With outcomes and three latencies these are all fields: a new one has to
// be added here, and to the sum.
static_assert(sizeof(statistics)
              == sizeof(std::uint32_t) * std::size(small_counts)
                     + sizeof(std::uint64_t)
                           * (std::size(counts) + outcome_count)
                     + 3 * sizeof(latency));

statistics numbered(std::uint64_t start) {
  statistics x;
  for (auto field : small_counts)
    x.*field = static_cast<std::uint32_t>(start++);
  for (auto field : counts)
    x.*field = start++;
  for (auto& n : x.outcomes)
    n = start++;
  return x;
}

} // namespace

CAF_TEST(the statistics of a router are the sum of its shards) {
  auto x = numbered(100);
  x += numbered(5000);
  std::uint64_t expected = 5100;
  for (auto field : small_counts) {
    CAF_CHECK_EQUAL(x.*field, expected);
    expected += 2;
  }
  for (auto field : counts) {
    CAF_CHECK_EQUAL(x.*field, expected);
    expected += 2;
  }
  for (auto n : x.outcomes) {
    CAF_CHECK_EQUAL(n, expected);
    expected += 2;
  }
}

CAF_TEST(of quantiles the larger ones are kept) {
  for (auto field : {&statistics::heartbeat, &statistics::first_response,
                     &statistics::completion}) {
    statistics x, y;
    x.*field = {3, 10ms, 20ms, 90ms, 95ms};
    y.*field = {4, 5ms, 30ms, 80ms, 99ms};
    x += y;
    auto& sum = x.*field;
    CAF_CHECK_EQUAL(sum.samples, 7u);
    CAF_CHECK(sum.p50 == 10ms);
    CAF_CHECK(sum.p90 == 30ms);
    CAF_CHECK(sum.p99 == 90ms);
    CAF_CHECK(sum.max == 99ms);
  }
}

CAF_TEST(every guild status has its word) {
  const char* words[] = {"unknown",    "queued", "in_flight",  "complete",
                         "incomplete", "missed", "unavailable"};
  for (std::size_t i = 0; i < std::size(words); ++i)
    CAF_CHECK_EQUAL(to_string(static_cast<guild_status>(i)), words[i]);
}
