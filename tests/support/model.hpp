#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/error.hpp>

#include "messages/event.hpp"
#include "messages/request.hpp"
#include "messages/settings.hpp"
#include "messages/snowflake.hpp"
#include "net/clock.hpp"

namespace muster::test {

/// The same numbers for the same seed everywhere (splitmix64).
class dice {
public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// One of 0 to n-1.
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : next() % n; }
  /// From `from` to `to`, both included.
  std::uint64_t between(std::uint64_t from, std::uint64_t to) {
    return from + below(to - from + 1);
  }
  bool chance(unsigned percent) { return below(100) < percent; }
  /// Evenly distributed up to `d`, in milliseconds.
  timespan upto(timespan d);

private:
  std::uint64_t state_;
};

/// What has happened in one schedule, on both sides of the wire, in the order
/// of `step`. A session is a READY; numbers of sessions are never used twice.
struct chronicle {
  /// A chunk that reached a shard, as it was said.
  struct delivery {
    std::uint64_t step = 0;
    int session = 0;
    std::int64_t index = 0;
    std::int64_t count = 0;
    std::uint32_t members = 0;
    time_point at{};
  };

  /// One opcode 8, or the first chunk of what someone else asked for.
  struct attempt {
    std::uint64_t step = 0;
    std::uint32_t shard = 0;
    int link = 0;
    int session = 0;
    snowflake guild;
    std::string nonce;
    /// What it asks for; two equal ones cannot be told apart.
    std::string wish;
    bool whole_list = false;
    bool foreign = false;
    time_point sent{};
    std::optional<time_point> confirmed;
    std::optional<std::uint64_t> confirmed_step;
    /// It reached the gateway.
    bool seen = false;
    /// Until then it was refused.
    std::optional<time_point> refused_until;
    std::optional<std::uint64_t> refused_step;
  };

  struct begun {
    std::uint64_t step = 0;
    std::uint32_t shard = 0;
    int session = 0;
    time_point at{};
    std::vector<snowflake> guilds;
    bool auto_chunk = false;
  };

  /// What a shard heard of a guild.
  struct news {
    std::uint64_t step = 0;
    std::uint32_t shard = 0;
    int session = 0;
    time_point at{};
    snowflake guild;
    enum kind { created, whole, outage, removed } is = created;
  };

  struct question {
    std::uint64_t step = 0;
    std::uint32_t shard = 0;
    guild_members_request request;
    time_point at{};
    bool valid = true;
    bool after_stop = false;
    bool streamed = false;
    bool killed = false;
    bool withdrawn = false;
    std::optional<chunk_request_finished> answer;
    caf::error error;
    int answers = 0;
    std::uint64_t answered = 0;
    std::vector<guild_members_chunk> stream;
  };

  template <class Event>
  struct told {
    std::uint64_t step = 0;
    /// Place among all events.
    std::uint64_t place = 0;
    time_point at{};
    Event event;
  };

  settings values;
  std::uint32_t shards = 1;
  bool auto_chunk_always = true;
  bool stopped_early = false;
  std::vector<bool> failed;
  std::vector<attempt> attempts;
  std::map<std::string, std::vector<delivery>> deliveries;
  /// RATE_LIMITED by guild.
  std::map<snowflake, unsigned> refusals;
  std::vector<begun> readies;
  std::vector<news> guilds;
  std::vector<std::unique_ptr<question>> questions;
  std::vector<told<chunk_request_finished>> requests_finished;
  std::vector<told<shard_finished_chunking>> shards_finished;
  std::vector<told<finished_chunking>> finished;
  /// When each connection sent.
  std::vector<std::vector<time_point>> sends;
  /// What was wrong on the way.
  std::vector<std::string> wrong;
};

/// What in `x` breaks a promise, a line each; empty if nothing does.
std::string judge(const chronicle& x);

/// Runs random schedules of a bot and its gateway against a real supervisor
/// on CAF's deterministic scheduler and clock.
class model {
public:
  model();
  ~model();

  /// Runs the schedule of a seed; empty, or what was wrong. With `trace` the
  /// schedule is written to stderr.
  std::string run(std::uint64_t seed, bool trace);

private:
  struct world;
  std::unique_ptr<world> world_;
};

} // namespace muster::test
