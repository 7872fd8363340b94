#include "actors/metrics_text.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "actors/fleet_progress.hpp"
#include "messages/version.hpp"
#include "net/version_line.hpp"

namespace muster {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// A figure of each shard.
struct shard_figure {
  const char* name;
  const char* help;
  MetricType type;
  std::uint64_t (*of)(const statistics& x);
};

constexpr auto counter = MetricType::Counter;
constexpr auto gauge = MetricType::Gauge;

#define MUSTER_FIGURE(member)                                                  \
  [](const statistics& x) { return std::uint64_t{x.member}; }

constexpr shard_figure shard_figures_of[] = {
    {"shard_connected", "1 with a session: READY or RESUMED has come.", gauge,
     MUSTER_FIGURE(connected)},
    {"guilds", "Guilds in the books.", gauge, MUSTER_FIGURE(guilds)},
    {"sends_total", "Payloads sent, heartbeats included.", counter,
     MUSTER_FIGURE(sends)},
    {"send_budget", "What the present window of Discord's limit permits.",
     gauge, MUSTER_FIGURE(send_budget)},
    {"queued_requests", "Requests that wait to be sent.", gauge,
     MUSTER_FIGURE(queued_requests)},
    {"queued_commands", "Gateway commands of the bot that wait to be sent.",
     gauge, MUSTER_FIGURE(queued_commands)},
    {"requests_in_flight", "Requests that are being answered.", gauge,
     MUSTER_FIGURE(in_flight)},
    {"requests_refused_total", "Requests that Discord would refuse or ignore.",
     counter, MUSTER_FIGURE(refused_requests)},
    {"frames_total", "WebSocket messages received.", counter,
     MUSTER_FIGURE(frames)},
    {"received_bytes_total", "Bytes of those, as they came.", counter,
     MUSTER_FIGURE(bytes_received)},
    {"decompressed_bytes_total", "Bytes of those, unpacked.", counter,
     MUSTER_FIGURE(bytes_decompressed)},
    {"chunks_total", "GUILD_MEMBERS_CHUNK events.", counter,
     MUSTER_FIGURE(chunks)},
    {"members_total", "Members in those.", counter, MUSTER_FIGURE(members)},
    {"rate_limited_total", "RATE_LIMITED for requests of members.", counter,
     MUSTER_FIGURE(rate_limited)},
    {"identifies_total", "Sessions that were begun.", counter,
     MUSTER_FIGURE(identifies)},
    {"resumes_total", "Sessions that were to go on.", counter,
     MUSTER_FIGURE(resumes)},
    {"reconnects_total", "Connections after the first one.", counter,
     MUSTER_FIGURE(reconnects)},
    {"dropped_events_total", "Events that a listener was too slow for.",
     counter, MUSTER_FIGURE(dropped_events)},
    {"reading_pauses_total", "Times that reading stopped for a listener.",
     counter, MUSTER_FIGURE(reading_pauses)},
    {"listener_bytes", "Bytes that listeners hold now.", gauge,
     MUSTER_FIGURE(listener_bytes)},
};

/// What was put aside, by why.
constexpr std::pair<const char*, std::uint64_t (*)(const statistics&)>
    discarded[] = {{"malformed", MUSTER_FIGURE(malformed)},
                   {"duplicate", MUSTER_FIGURE(duplicates)},
                   {"late", MUSTER_FIGURE(late_chunks)},
                   {"foreign", MUSTER_FIGURE(foreign_requests)}};

#undef MUSTER_FIGURE

class metrics {
public:
  MetricFamily& family(const std::string& name, const char* help,
                       MetricType type) {
    families_.push_back({name, help, type, {}});
    return families_.back();
  }

  static void add(MetricFamily& to, std::vector<ClientMetric::Label> labels,
                  double value) {
    auto& x = to.metric.emplace_back();
    x.label = std::move(labels);
    if (to.type == MetricType::Counter)
      x.counter.value = value;
    else
      x.gauge.value = value;
  }

  template <class T>
  void single(const std::string& name, const char* help, MetricType type,
              const T& value) {
    if constexpr (requires { *value; }) {
      if (value)
        single(name, help, type, *value);
    } else {
      add(family(name, help, type), {}, static_cast<double>(value));
    }
  }

  void durations(const char* name, const char* help, const distribution& x) {
    auto& metric =
        family(name, help, MetricType::Histogram).metric.emplace_back();
    auto& to = metric.histogram;
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < x.counts.size(); ++i) {
      so_far += x.counts[i];
      to.bucket.push_back(
          {so_far, i < x.bounds.size()
                       ? x.bounds[i]
                       : std::numeric_limits<double>::infinity()});
    }
    to.sample_count = so_far;
    to.sample_sum = x.sum;
  }

  std::string text() const {
    return prometheus::TextSerializer{}.Serialize(families_);
  }

private:
  std::vector<MetricFamily> families_;
};

void add_shards(metrics& all, const fleet_standing& x) {
  std::vector<std::string> indexes;
  for (auto& shard : x.shards)
    indexes.push_back(std::to_string(shard.shard.index));
  for (auto& figure : shard_figures_of) {
    auto& to = all.family(std::string{"muster_"} + figure.name, figure.help,
                          figure.type);
    for (std::size_t i = 0; i < x.shards.size(); ++i)
      metrics::add(to, {{"shard", indexes[i]}},
                   static_cast<double>(figure.of(x.shards[i].figures)));
  }
  auto& ended = all.family("muster_requests_total",
                           "Requests that ended, by how.", counter);
  for (std::size_t i = 0; i < x.shards.size(); ++i)
    for (std::size_t k = 0; k < outcome_count; ++k)
      metrics::add(ended,
                   {{"shard", indexes[i]},
                    {"outcome", to_string(static_cast<outcome>(k))}},
                   static_cast<double>(x.shards[i].figures.outcomes[k]));
  auto& aside = all.family("muster_discarded_total",
                           "What came and was put aside, by why.", counter);
  for (std::size_t i = 0; i < x.shards.size(); ++i)
    for (auto& [reason, of] : discarded)
      metrics::add(aside, {{"shard", indexes[i]}, {"reason", reason}},
                   static_cast<double>(of(x.shards[i].figures)));
}

void add_startup(metrics& all, const fleet_standing& x) {
  chunking_progress sum;
  for (auto& shard : x.shards)
    add_counts(sum, shard.startup);
  auto& guilds =
      all.family("muster_startup_guilds",
                 "Guilds of the startup, by where they stand.", gauge);
  const std::pair<const char*, std::uint64_t> states[] = {
      {"complete", sum.guilds_complete},
      {"in_flight", sum.guilds_in_flight},
      {"queued", sum.guilds_queued},
      {"failed", sum.guilds_failed}};
  for (auto& [state, count] : states)
    metrics::add(guilds, {{"state", state}}, static_cast<double>(count));
  all.single("muster_startup_members", "Members received for the startup.",
             gauge, sum.members);
  all.single("muster_startup_members_expected",
             "Members of the guilds known so far, as Discord tells them.",
             gauge, sum.members_expected);
}

void add_durations(metrics& all, const fleet_standing& x) {
  distribution heartbeat;
  distribution first;
  distribution completion;
  for (auto& shard : x.shards) {
    heartbeat += shard.heartbeat;
    first += shard.first_response;
    completion += shard.completion;
  }
  all.durations("muster_heartbeat_seconds", "From a heartbeat to its ack.",
                heartbeat);
  all.durations("muster_first_response_seconds",
                "From the write of a request to its first chunk.", first);
  all.durations("muster_completion_seconds",
                "From the write of a request to its last chunk.", completion);
}

void add_process(metrics& all, const process_figures& x) {
  all.single("process_cpu_seconds_total", "CPU time, user and system.", counter,
             x.cpu_seconds);
  all.single("process_start_time_seconds", "When it began, since 1970.", gauge,
             x.start_time_seconds);
  all.single("process_virtual_memory_bytes", "Virtual memory.", gauge,
             x.virtual_memory_bytes);
  all.single("process_resident_memory_bytes", "Resident memory.", gauge,
             x.resident_memory_bytes);
  all.single("process_threads", "Threads.", gauge, x.threads);
  all.single("process_open_fds", "Open file descriptors.", gauge, x.open_fds);
  all.single("process_max_fds", "The most that may be open.", gauge, x.max_fds);
}

} // namespace

std::string metrics_text(const fleet_standing& x,
                         const process_figures& process) {
  metrics all;
  auto packages = package_versions::all();
  metrics::add(all.family("muster_build_info",
                          "1; its version, and those of packages.", gauge),
               {{"version", version()},
                {"caf", packages.caf},
                {"boost", packages.boost},
                {"openssl", packages.openssl}},
               1);
  all.single("muster_begun",
             "1 while it is known which shards run here; 0 before, and when it "
             "has given up.",
             gauge, x.begun);
  all.single("muster_shards", "Shards that are to run here.", gauge, x.wanted);
  all.single("muster_shards_silent",
             "Shards whose actor has not answered in time.", gauge,
             x.silent.size());
  all.single("muster_shards_ended", "Shards whose session has ended for good.",
             gauge, x.ended.size());
  all.single("muster_identifies_limit",
             "Identifies that Discord permits the bot in a day.", gauge,
             x.identifies_limit);
  all.single("muster_identifies_left",
             "What all processes of the bot have left of them, where they keep "
             "state.",
             gauge, x.identifies_left);
  all.single(
      "muster_far_dropped_events_total",
      "Events between this process and others that a listener was too slow "
      "for, or that were too large.",
      counter, x.far_dropped_events);
  all.single("muster_far_listener_bytes",
             "Bytes of other processes' events that listeners here hold.",
             gauge, x.far_listener_bytes);
  all.single("muster_strays_total",
             "Messages, errors and ends of actors that nobody had asked for.",
             counter, x.strays);
  add_shards(all, x);
  add_startup(all, x);
  add_durations(all, x);
  add_process(all, process);
  return all.text();
}

} // namespace muster
