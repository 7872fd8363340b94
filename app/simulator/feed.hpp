#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "app/simulator/chunk.hpp"
#include "app/simulator/fault_plan.hpp"
#include "app/simulator/options.hpp"
#include "app/simulator/world.hpp"

namespace muster::sim {

/// What a session has still to tell: guilds to create, chunks to send. It
/// makes one at a time, when asked, so nothing piles up for a slow client.
/// Chunks of several requests take turns. Not thread-safe.
class feed {
public:
  /// A guild of READY that it is time to create.
  struct guild_due {
    std::uint32_t index = 0;
  };

  struct product {
    std::variant<guild_due, chunk> what;
    /// How often to send it.
    int copies = 1;
    /// The faults that concern the connection, or this guild.
    std::vector<fault> faults;
  };

  explicit feed(const options& opts)
      : serial_(opts.serial), pause_(opts.chunk_delay) {}

  /// Guilds to create from `when` on, at the start of a session.
  void add_guilds(const std::vector<std::uint32_t>& guilds, time_point when);

  /// A request to answer.
  void add(std::shared_ptr<const answer> x);

  /// The next thing to send, or nothing: then wake() says when to ask again.
  std::optional<product> next(time_point now, std::uint32_t shard,
                              const world& w, fault_plan& plan);

  /// When something that waits will be due, if anything waits.
  std::optional<time_point> wake(time_point now) const;

private:
  struct staged {
    chunk what;
    int copies = 1;
    std::vector<fault> faults;
  };

  struct job {
    std::shared_ptr<const answer> of;
    std::uint32_t next = 0;
    std::optional<staged> ready;
    /// Changes places with the chunk after it.
    std::optional<staged> held;
    bool held_is_due = false;
    time_point not_before{};
  };

  std::optional<product> advance(job& x, time_point now, std::uint32_t shard,
                                 const world& w, fault_plan& plan);
  static bool refill(job& x, time_point now, std::uint32_t shard,
                     const world& w, fault_plan& plan);

  bool serial_;
  std::chrono::milliseconds pause_;
  time_point not_before_{};
  bool guilds_turn_ = true;
  time_point guilds_at_{};
  std::deque<std::uint32_t> guilds_;
  std::deque<job> jobs_;
};

} // namespace muster::sim
