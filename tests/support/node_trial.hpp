#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/node_fleet.hpp"

namespace muster::test {

/// Three processes of a bot to which one thing after another happens, each when
/// they have recovered from the one before.
class node_trial {
public:
  struct store_switch {
    std::function<void()> stop;
    std::function<void()> start;
  };

  node_trial(node_fleet::terms x, store_switch store);

  /// What can happen, in the order of the table.
  static const std::vector<std::string>& faults();
  /// The same where each process is on a machine of a test_network.
  static const std::vector<std::string>& cable_faults();
  /// What `fault` has to leave whole: each session is resumed in all of them.
  static bool is_clean(const std::string& fault);

  /// Does it, and waits until all is well again; an empty `wrong`, or what
  /// never came.
  fault_cost run(const std::string& fault, std::string& wrong);

  node_fleet& fleet() { return *fleet_; }
  const node_fleet::terms& values() const { return terms_; }

private:
  using deed = void (node_trial::*)();
  using lan = test_network::lan;

  static const std::map<std::string, deed>& cable_deeds();

  void begin();
  /// So many processes have their share, and each has been told of the end.
  bool settle(std::size_t nodes);
  bool serves();
  /// Some of the processes that live.
  std::size_t any() const { return live_.front(); }
  snowflake guild_of(std::size_t node) const;
  void lose(std::size_t node) { std::erase(live_, node); }
  void kill(std::size_t node);
  /// Not while it writes to an SQLite file: all others would wait for it.
  void freeze(std::size_t node);

  void join_late();
  void stop_in_order();
  void kill_one();
  void freeze_one();
  void kill_all();
  void stop_store(std::chrono::seconds d);
  void kill_in_startup();
  void kill_in_request();
  void kill_in_handover();
  /// There is one, and it is whole; else says what is wrong.
  bool check_answer(const std::string& nonce);

  // -- cables -----------------------------------------------------------------

  void cut(std::size_t node, lan x);
  void mend(std::size_t node, lan x);
  /// Times that a shard went elsewhere, or a process did, by what was told.
  std::size_t moves() const;
  /// It is as good as dead without these.
  void take_out(std::size_t node, const std::vector<lan>& cables);
  void loosen_store();
  void cut_store();
  void cut_gateway();
  void cut_nodes();
  void unplug();

  node_fleet::terms terms_;
  store_switch store_;
  std::unique_ptr<node_fleet> fleet_;
  std::vector<std::size_t> live_;
  /// Where no shard has to be connected anew.
  std::optional<fault_cost::seconds> served_;
  std::string wrong_;
};

} // namespace muster::test
