#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/fleet.hpp"

namespace muster::test {

/// One process after another on one store.
class line_of_processes : public fleet {
public:
  line_of_processes() { keeps = true; }

  /// HELLO on the latest connection; gives what it was answered.
  scripted_connection& greet_again() {
    auto& x = *connections.back();
    x.opened();
    say(hello(std::chrono::milliseconds(41'250)));
    return x;
  }

  /// Restarts, and resumes with these events replayed.
  scripted_connection&
  resume_after_restart(std::vector<std::string> replay = {}) {
    restart();
    auto& x = greet_again();
    CAF_REQUIRE_EQUAL(x.sent(6).size(), 1u);
    for (auto& text : replay)
      say(text);
    say(resumed(43));
    return x;
  }

  std::size_t identifies() const {
    std::size_t result = 0;
    for (auto& x : connections)
      result += x->sent(2).size();
    return result;
  }

  /// Ends the process without a word, and starts another one that has seen
  /// that it is dead.
  void crash() {
    pass(std::chrono::milliseconds(1100)); // it has been saved by then
    crash_at_once();
  }
  void crash_at_once() {
    kill(supervisor);
    kill(recorder);
    bury(*store, last_node());
    start();
  }

  /// Another process finds that this one is dead.
  static void bury(state_store& store, std::uint64_t node) {
    state_store::renewed x;
    store.renew({0, {}}, x);
    if (x.others.count(node) == 1)
      store.renew({0, {{node, x.others.at(node)}}}, x);
  }

  /// What the process has left in the store, which it stops for that.
  shard_cut left() {
    stop();
    return claim_as(99);
  }

  /// Changes that, as a process that runs no shard would not.
  void forge(const std::function<void(shard_cut&)>& change) {
    auto cut = left();
    ++cut.number;
    change(cut);
    CAF_REQUIRE(!store->leave({99, {cut}}));
  }

  /// The row of this cut with this key, or a new one.
  static optional<std::string>& row(shard_cut& cut, const std::string& key) {
    for (auto& x : cut.rows)
      if (x.key == key)
        return x.text;
    cut.rows.push_back({key, {}});
    return cut.rows.back().text;
  }

private:
  shard_cut claim_as(std::uint64_t node) {
    joined_store joined;
    shards_claimed claims;
    store->join({node, 99, shard_count, values.intents, {0}}, joined);
    store->claim({node, 1, {0}}, claims);
    CAF_REQUIRE_EQUAL(claims.shards.size(), 1u);
    return claims.shards.front().cut;
  }
};

} // namespace muster::test
