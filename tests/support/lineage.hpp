#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/fleet.hpp"
#include "tests/support/lineage_gateway.hpp"
#include "tests/support/lineage_store.hpp"

namespace muster::test {

/// One process after another on one store, against one gateway: each is killed
/// between two of its messages, stopped, cut off from store and gateway. What
/// each tells is judged against what the gateway sent (C1, C5-C8).
class lineage : public fleet {
public:
  lineage();

  /// Runs the schedule of a seed; empty, or what was wrong. With `trace` it is
  /// written to stderr.
  std::string run(std::uint64_t seed, bool trace);

private:
  using random = std::mt19937_64;
  unsigned below(unsigned n) { return static_cast<unsigned>(draw_() % n); }

  void begin_process();
  void crash();
  /// The store takes the present process for dead; false if it has left.
  bool bury();
  void retire();
  void act();
  void ask_for_something();
  /// Listens for what no process may miss or hear twice.
  void listen_for_ticks();
  /// Carries the gateway on, and so many messages of the process.
  void run_some(unsigned messages);
  void serve();
  void rest();
  void fail(const std::string& what);
  void judge_events();
  void judge_ticks();
  void judge_identify();
  void judge_end();
  void note(const std::string& what);

  random draw_;
  bool trace_ = false;
  std::string wrong_;
  std::shared_ptr<memory_store> truth_;
  std::shared_ptr<lineage_store> handle_;
  std::unique_ptr<lineage_gateway> gateway_;
  caf::timespan wall_skew_{0};
  std::size_t greeted_ = 0;
  /// Deaths since the store has seen a connection.
  unsigned vain_ = 0;
  /// Guilds of which a request ended without all chunks: the gateway is slow.
  std::set<snowflake> excused_;
  struct tick {
    std::uint64_t session = 0;
    std::uint64_t number = 0;
  };
  /// As they were heard; the last that was judged, and whether its process has
  /// stopped in order or runs.
  std::vector<tick> ticks_;
  std::size_t judged_ = 0;
  tick last_;
  bool in_order_ = true;
  caf::actor tick_listener_;
  // of the present process
  std::vector<std::shared_ptr<reply>> asked_;
  std::size_t e1_ = 0, e2_ = 0, e3_ = 0;
  std::size_t e1_from_ = 0, e2_from_ = 0, e3_from_ = 0;
};

} // namespace muster::test
