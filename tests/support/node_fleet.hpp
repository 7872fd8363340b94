#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/simulator/simulator.hpp"
#include "tests/support/cable.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_network.hpp"

namespace muster::test {

/// What a fault has cost.
struct fault_cost {
  using seconds = std::chrono::duration<double>;

  /// From the fault until another process has told of it; none: no one did.
  std::optional<seconds> noticed;
  /// Until the last shard that was connected anew was.
  seconds served{0};
  std::uint64_t identifies = 0;
  std::uint64_t lost = 0;
  /// The lost, each as SHARD:NUMBER.
  std::string which;
  std::uint64_t doubled = 0;
  /// Connections of a shard that the gateway ended because of a newer one.
  std::uint64_t superseded = 0;
};

/// Processes of one bot that share its shards, and their gateway, which sends
/// each shard a numbered event twenty times a second: what none of them heard
/// is lost. Times are those at which this process reads what they print.
class node_fleet {
public:
  using clock = std::chrono::steady_clock;

  struct terms {
    std::string state;
    std::uint32_t shards = 12;
    std::uint32_t guilds = 240;
    std::uint32_t members = 300;
    std::chrono::milliseconds node_timeout{6'000};
    /// Needed where the state is in no file.
    std::string tls_dir;
    /// Makes startups and requests take longer.
    std::chrono::milliseconds chunk_delay{0};
    /// Each process is on a machine of its own there, with keys of its own,
    /// and the gateway tells it to send heartbeats often. It outlives this.
    test_network* network = nullptr;
  };

  explicit node_fleet(terms x);
  ~node_fleet();

  node_fleet(const node_fleet&) = delete;
  node_fleet& operator=(const node_fleet&) = delete;

  // -- processes --------------------------------------------------------------

  /// Gives its number, by which it is known here. Others reach it over its
  /// cable.
  std::size_t begin(std::uint32_t weight = 1);
  cable& cable_of(std::size_t node) { return nodes_[node]->way; }
  /// Of terms::network.
  std::size_t machine_of(std::size_t node) const {
    return nodes_[node]->machine;
  }
  int pid(std::size_t node) const;
  void send_signal(std::size_t node, int number);
  /// It ends by this signal; gives what it said on stderr.
  std::string end(std::size_t node, int number);
  /// Has it ask for all members of a guild.
  void ask(std::size_t node, snowflake guild, const std::string& nonce);

  // -- what is waited for -----------------------------------------------------

  /// False when it has not come in a minute.
  bool await(const std::function<bool()>& what);
  /// So many lines of this event from one of them, since it began.
  bool await(std::size_t node, const std::string& event, std::size_t count = 1);
  /// All shards are connected once, and events that are sent from now on are
  /// heard.
  bool await_service();

  /// Lets time pass, as the fault has it.
  void pass(std::chrono::milliseconds d);

  // -- what they said ---------------------------------------------------------

  struct line {
    clock::time_point at;
    std::size_t node = 0;
    nlohmann::json what;
  };

  std::vector<line> said(const std::string& event) const;
  std::size_t count(std::size_t node, const std::string& event) const;
  /// Answers to ask() with this nonce.
  std::vector<nlohmann::json> answers(const std::string& nonce) const;
  /// Who has the shard of a guild, as their shard_moved and ready lines say.
  std::size_t owner_of(std::uint32_t shard) const;

  // -- a fault ----------------------------------------------------------------

  /// What is lost from now on is counted, and time taken from now on. It is
  /// noticed when somebody tells this event.
  void mark(std::string notice = {});
  /// Takes the time to be served from now on.
  void restart_clock();
  /// Since the mark; after await_service().
  fault_cost cost() const;

  sim::simulator& gateway() { return *gateway_; }
  const terms& values() const { return terms_; }

private:
  struct node {
    cable way;
    std::size_t machine = 0;
    std::unique_ptr<process> handle;
    std::thread reader;
    bool ended = false;
  };

  /// Where it listens, where others reach it, and its keys, if it needs them.
  std::vector<std::string> place_of(node& x);
  void read(std::size_t index);
  void tick();
  /// The last numbers of each shard.
  std::vector<std::uint64_t> sent() const;
  /// Later ones have been heard.
  bool have_heard(const std::vector<std::uint64_t>& all) const;

  terms terms_;
  temporary_folder keys_;
  std::unique_ptr<sim::simulator> gateway_;
  std::vector<std::unique_ptr<node>> nodes_;
  std::thread ticker_;
  mutable std::mutex mutex_; // guards the rest
  std::condition_variable changed_;
  bool over_ = false;
  /// Lines that were read.
  std::uint64_t read_ = 0;
  std::vector<line> lines_;
  /// How often each number of a shard was heard, and the last that was sent.
  std::vector<std::map<std::uint64_t, unsigned>> heard_;
  std::vector<std::uint64_t> sent_;
  std::vector<std::size_t> owners_;
  // Of the mark:
  std::string notice_;
  clock::time_point marked_;
  clock::time_point served_from_;
  std::vector<std::uint64_t> sent_before_;
  std::uint64_t identifies_before_ = 0;
  std::uint64_t superseded_before_ = 0;
};

} // namespace muster::test
