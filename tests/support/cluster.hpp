#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/cluster_gateway.hpp"
#include "tests/support/cluster_network.hpp"
#include "tests/support/cluster_node.hpp"
#include "tests/support/cluster_store.hpp"

namespace muster::test {

/// Several machines that run one bot on one store, against one gateway: their
/// processes are killed, stopped, frozen, drained, cut off from store and
/// gateway, and begun anew. What each tells is judged against what the gateway
/// sent (C1-C9, C11-C13).
class cluster {
public:
  cluster();
  ~cluster();

  /// Runs the schedule of a seed; empty, or what was wrong. With `trace` it is
  /// written to stderr.
  std::string run(std::uint64_t seed, bool trace);

private:
  using random = std::mt19937_64;
  unsigned below(unsigned n) { return static_cast<unsigned>(draw_() % n); }
  cluster_node& some_node() { return *nodes_[below(machines)]; }

  // -- what happens -----------------------------------------------------------
  void set_up();
  void act();
  void act_on(cluster_node& x);
  void begin(cluster_node& x);
  void kill(cluster_node& x);
  void stop(cluster_node& x);
  void freeze(cluster_node& x);
  void ask(cluster_node& x);
  void cut(cluster_node& a, cluster_node& b);
  /// The store ends, and goes on, maybe elsewhere and without the last commits.
  void fail_over();
  /// Each process asks for each guild, which is answered.
  void ask_all();
  /// The gateway's turn, and so many messages of each process.
  void run_some(unsigned messages);
  void serve();
  void pass(caf::timespan d);
  /// Others have seen that the process of `x` has ended.
  void bury(cluster_node& x);
  void rest();

  // -- what is judged ---------------------------------------------------------
  void note(const std::string& what);
  void fail(const std::string& what);
  void judge_events(cluster_node& x);
  void judge_answers(const cluster_node& x);
  void judge_identify(std::uint32_t shard);
  void look_at_store();
  /// While nobody has waited for the store after a failover.
  void judge_failover();
  void judge_failover(caf::timespan identify);
  /// Empty, or what is not as it is to be in the end.
  std::string unrest();
  std::string unanswered();
  std::string unrest_of(std::uint32_t shard, const store_status& all);

  static constexpr std::uint32_t machines = 3;
  static constexpr std::uint32_t shards = 4;
  static constexpr std::uint32_t guilds = 2;

  random draw_;
  bool trace_ = false;
  std::string wrong_;
  caf::timespan now_{std::chrono::hours(24)};
  caf::timespan wall_skew_{0};
  std::shared_ptr<cluster_store> truth_;
  std::unique_ptr<cluster_gateway> gateway_;
  std::unique_ptr<cluster_network> network_;
  std::vector<std::unique_ptr<cluster_node>> nodes_;
  /// Of each shard: ends of owners since it was connected.
  std::vector<unsigned> vain_;
  /// Of each bucket, in the gateway's time.
  std::vector<caf::timespan> identified_;
  /// Of the store.
  bool has_failovers_ = false;
  caf::timespan failed_over_{0};
  bool has_lost_ = false; // commits
  /// Of the latest machine.
  caf::timespan thawed_{0};
  /// Guilds of which a request ended without all chunks: the gateway is slow.
  std::set<snowflake> excused_;
};

} // namespace muster::test
