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

/// What has happened in one schedule, on both sides of the wire. A step is a
/// run of all actors until nothing is left to do: what is put into mailboxes
/// has the step in which it is worked off, and within a step the order is the
/// scheduler's. A session is a READY; numbers of sessions are never used
/// twice.
struct chronicle {
  /// A chunk that a shard has read.
  struct delivery {
    std::uint64_t step = 0;
    int session = 0;
    std::int64_t index = 0;
    std::int64_t count = 0;
    std::uint32_t members = 0;
    time_point at{};
    std::vector<snowflake> not_found;
  };

  struct arrival {
    std::uint64_t step = 0;
    std::string chunk;
    /// It may have been dropped as another guild's.
    bool dropped = false;
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
    /// How many chunks the gateway answers with.
    std::int64_t planned = 0;
    /// Until then it was refused.
    std::optional<time_point> refused_until;
    std::optional<std::uint64_t> refused_step;
    /// The refusal said its nonce.
    bool refused_by_name = false;
  };

  /// A READY that a shard has read.
  struct begun {
    std::uint64_t step = 0;
    std::uint32_t shard = 0;
    int session = 0;
    time_point at{};
    std::vector<snowflake> guilds;
    /// Chunking is surely on.
    bool auto_chunk = false;
  };

  /// What a shard has heard of a guild.
  struct news {
    std::uint64_t step = 0;
    std::uint32_t shard = 0;
    int session = 0;
    time_point at{};
    snowflake guild;
    enum kind { created, whole, outage, removed, member } is = created;
    /// Of one that is whole.
    std::uint64_t members = 0;
  };

  /// RATE_LIMITED.
  struct refusal {
    std::uint64_t step = 0;
    snowflake guild;
  };

  /// Sometime between READY or RESUMED and the end of the connection.
  struct span {
    time_point from{};
    time_point to = never;
  };

  struct resumption {
    std::uint64_t step = 0;
    time_point at{};
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
    /// When a cancel of it was answered without an error.
    std::optional<std::uint64_t> withdrawn;
    std::optional<chunk_request_finished> answer;
    caf::error error;
    int answers = 0;
    std::uint64_t answered = 0;
    struct streamed_chunk {
      std::uint64_t step = 0;
      guild_members_chunk event;
    };
    std::vector<streamed_chunk> stream;
  };

  template <class Event>
  struct told {
    std::uint64_t step = 0;
    /// Place among all events.
    std::uint64_t place = 0;
    time_point at{};
    Event event;
  };

  /// One who began to listen in the middle, and what it was told: each event
  /// as a text.
  struct latecomer {
    std::uint64_t step = 0;
    std::vector<std::string> told;
  };

  /// One who lets the members pile up, and what it was told.
  struct dawdler {
    std::uint64_t step = 0;
    /// By policy (B1).
    bool loses = false;
    bool killed = false;
    /// By shard.
    std::vector<std::vector<std::string>> told;
  };

  /// What ends its connection each time.
  struct poison {
    snowflake guild;
    /// Opcode 8 for the guild, its answer, its answer after the first chunk,
    /// or its GUILD_CREATE.
    enum what { request, answer, half_answer, creation } is = request;
    /// Also when the gateway behaves.
    bool lasts = false;
  };

  /// Poison has ended a connection that was in use, on account of an attempt.
  struct strike {
    std::uint64_t step = 0;
    int link = 0;
    time_point at{};
    std::string nonce;
  };

  settings values;
  std::uint32_t shards = 1;
  bool auto_chunk_always = true;
  std::optional<poison> poisoned;
  std::vector<strike> struck;
  std::optional<std::uint64_t> stopped;
  bool stopped_early = false;
  /// From when on the gateway behaves, but for poison that lasts; 0: never.
  std::uint64_t calm = 0;
  /// When all that was open had ended.
  std::optional<std::uint64_t> settled;
  /// By shard: when a fatal end of its connection was told.
  std::vector<std::optional<std::uint64_t>> failed;
  std::vector<attempt> attempts;
  /// Opcode 8s into connections whose end had not been read: nobody got them.
  std::vector<attempt> unheard;
  std::map<std::string, std::vector<delivery>> deliveries;
  /// Sound chunks with a nonce in the order of their arrival, by shard.
  std::vector<std::vector<arrival>> arrivals;
  std::vector<refusal> refusals;
  std::vector<begun> readies;
  std::vector<news> guilds;
  /// By shard.
  std::vector<std::vector<span>> connected;
  std::vector<std::vector<resumption>> resumed;
  /// The steps in which it was told that a connection had ended.
  std::vector<std::vector<std::uint64_t>> disconnected;
  std::vector<std::unique_ptr<question>> questions;
  std::vector<told<chunk_request_finished>> requests_finished;
  std::vector<told<shard_finished_chunking>> shards_finished;
  std::vector<told<finished_chunking>> finished;
  /// The same three in the order of their arrival, each as a text, and the
  /// step of each.
  std::vector<std::pair<std::uint64_t, std::string>> story;
  std::vector<std::unique_ptr<latecomer>> latecomers;
  std::vector<std::unique_ptr<dawdler>> dawdlers;
  /// When each connection sent.
  std::vector<std::vector<time_point>> sends;
  /// What was wrong on the way.
  std::vector<std::string> wrong;

  bool wants(snowflake guild) const;
};

/// A chunk as one of `arrivals`.
std::string chunk_text(snowflake guild, const std::string& nonce,
                       std::int64_t index, std::int64_t count,
                       std::uint32_t members);

std::string event_text(const chunk_request_finished& x);
std::string event_text(const shard_finished_chunking& x);
std::string event_text(const finished_chunking& x);

/// What in `x` breaks a promise, a line each; empty if nothing does.
std::string judge(const chronicle& x);

} // namespace muster::test
