#define CAF_SUITE actors_standing

#include <sstream>

#include <nlohmann/json.hpp>

#include "actors/http_desk.hpp"
#include "actors/metrics_text.hpp"
#include "actors/standing_json.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

/// Two shards, of which the second one has no session.
fleet_standing two_shards() {
  fleet_standing x;
  x.wanted = 2;
  x.begun = true;
  x.strays = 3;
  x.shards.resize(2);
  auto& a = x.shards[0];
  a.shard = {0, 2};
  a.figures.shards = 1;
  a.figures.connected = 1;
  a.figures.members = 5000;
  a.figures.duplicates = 4;
  a.figures.outcomes[static_cast<std::size_t>(outcome::no_response)] = 7;
  a.startup.guilds = 3;
  a.startup.guilds_complete = 2;
  a.startup.guilds_failed = 1;
  a.heartbeat.add(20ms);
  a.heartbeat.add(70s);
  auto& b = x.shards[1];
  b.shard = {1, 2};
  b.figures.shards = 1;
  b.figures.members = 1;
  b.startup.guilds = 1;
  b.startup.guilds_queued = 1;
  b.heartbeat.add(25ms);
  return x;
}

/// The value of a line of /metrics; empty if there is none.
std::string value_of(const std::string& text, const std::string& series) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    if (line.rfind(series + ' ', 0) == 0)
      return line.substr(series.size() + 1);
  return {};
}

} // namespace

CAF_TEST(durations are counted by their bounds) {
  distribution x;
  for (auto t : {caf::timespan{0}, caf::timespan{5ms}, caf::timespan{5001us},
                 caf::timespan{60s}, caf::timespan{60001ms}})
    x.add(t);
  CAF_CHECK_EQUAL(x.counts[0], 2u);
  CAF_CHECK_EQUAL(x.counts[1], 1u);
  CAF_CHECK_EQUAL(x.counts[12], 1u);
  CAF_CHECK_EQUAL(x.counts[13], 1u);
  CAF_CHECK(x.sum > 120.01 && x.sum < 120.012);
  auto y = x;
  y += x;
  CAF_CHECK_EQUAL(y.counts[0], 4u);
  CAF_CHECK(y.sum > 240.02);
}

CAF_TEST(metrics have a line for each shard and why) {
  auto text = metrics_text(two_shards(), {});
  CAF_CHECK_EQUAL(value_of(text, "muster_shards"), "2");
  CAF_CHECK_EQUAL(value_of(text, "muster_strays_total"), "3");
  CAF_CHECK_EQUAL(value_of(text, "muster_shard_connected{shard=\"0\"}"), "1");
  CAF_CHECK_EQUAL(value_of(text, "muster_shard_connected{shard=\"1\"}"), "0");
  CAF_CHECK_EQUAL(value_of(text, "muster_members_total{shard=\"0\"}"), "5000");
  CAF_CHECK_EQUAL(
      value_of(text,
               "muster_requests_total{shard=\"0\",outcome=\"no_response\"}"),
      "7");
  CAF_CHECK_EQUAL(
      value_of(text,
               "muster_discarded_total{shard=\"0\",reason=\"duplicate\"}"),
      "4");
  CAF_CHECK_EQUAL(value_of(text, "muster_startup_guilds{state=\"complete\"}"),
                  "2");
  CAF_CHECK_EQUAL(value_of(text, "muster_startup_guilds{state=\"queued\"}"),
                  "1");
  CAF_CHECK(text.find("muster_build_info{version=\"1.") != std::string::npos);
}

CAF_TEST(durations of all shards are one histogram) {
  auto text = metrics_text(two_shards(), {});
  CAF_CHECK_EQUAL(
      value_of(text, "muster_heartbeat_seconds_bucket{le=\"0.01\"}"), "0");
  CAF_CHECK_EQUAL(
      value_of(text, "muster_heartbeat_seconds_bucket{le=\"0.025\"}"), "2");
  CAF_CHECK_EQUAL(value_of(text, "muster_heartbeat_seconds_bucket{le=\"60\"}"),
                  "2");
  CAF_CHECK_EQUAL(
      value_of(text, "muster_heartbeat_seconds_bucket{le=\"+Inf\"}"), "3");
  CAF_CHECK_EQUAL(value_of(text, "muster_heartbeat_seconds_count"), "3");
}

CAF_TEST(what the system does not say is left out) {
  auto without = metrics_text({}, {});
  CAF_CHECK(without.find("process_") == std::string::npos);
  auto with = metrics_text({}, process_figures::now());
  for (auto name :
       {"process_cpu_seconds_total", "process_start_time_seconds",
        "process_virtual_memory_bytes", "process_resident_memory_bytes",
        "process_threads", "process_open_fds", "process_max_fds"})
    CAF_CHECK(!value_of(with, name).empty());
}

CAF_TEST(a counter of many digits keeps them) {
  fleet_standing x;
  x.shards.resize(1);
  x.shards[0].figures.bytes_received = 123'456'789'012'345;
  CAF_CHECK_EQUAL(
      value_of(metrics_text(x, {}), "muster_received_bytes_total{shard=\"0\"}"),
      "123456789012345");
}

CAF_TEST(ready is who has a session for each shard) {
  auto x = two_shards();
  CAF_CHECK(!is_ready(x));
  CAF_CHECK_EQUAL(http_desk::show("/readyz", x).status, 503u);
  CAF_CHECK_EQUAL(http_desk::show("/readyz", x).body,
                  "1 of 2 shards have a session\n");
  x.shards[1].figures.connected = 1;
  CAF_CHECK(is_ready(x));
  CAF_CHECK_EQUAL(http_desk::show("/readyz", x).status, 200u);
  x.begun = false;
  CAF_CHECK(!is_ready(x));
  x.begun = true;
  x.wanted = 3;
  CAF_CHECK(!is_ready(x));
}

CAF_TEST(healthy is whose actors answer) {
  auto x = two_shards();
  CAF_CHECK_EQUAL(http_desk::show("/healthz", x).status, 200u);
  x.silent = {1};
  CAF_CHECK_EQUAL(http_desk::show("/healthz", x).status, 503u);
  CAF_CHECK(!is_ready(x));
}

CAF_TEST(the status is one JSON object with the sum and each shard) {
  auto page = http_desk::show("/status", two_shards());
  CAF_CHECK_EQUAL(page.type, "application/json");
  auto x = nlohmann::json::parse(page.body);
  CAF_CHECK_EQUAL(x["ready"], false);
  CAF_CHECK_EQUAL(x["shards"], 2);
  CAF_CHECK_EQUAL(x["connected"], 1);
  CAF_CHECK_EQUAL(x["members"], 5001);
  CAF_CHECK_EQUAL(x["startup"]["guilds"], 4);
  CAF_CHECK_EQUAL(x["requests"]["no_response"], 7);
  CAF_CHECK_EQUAL(x["by_shard"].size(), 2u);
  CAF_CHECK_EQUAL(x["by_shard"][1]["shard"], 1);
  CAF_CHECK_EQUAL(x["by_shard"][1]["connected"], false);
  CAF_CHECK_EQUAL(x["by_shard"][1]["startup"]["queued"], 1);
}
