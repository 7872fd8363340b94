#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "tests/support/cluster_network.hpp"
#include "tests/support/cluster_node.hpp"
#include "tests/support/suite.hpp"

namespace muster::test {

using namespace std::chrono_literals;

/// Two machines on one store and one network, which let the same time pass.
struct two_nodes {
  static constexpr std::uint32_t shards = 4;

  two_nodes() {
    for (auto x : {&first, &second})
      x->recorded |= event_bit::shard_moved;
    // They draw different numbers, and each other ones each time.
    second.random = [n = 0]() mutable { return 0.25 + ++n % 1000 * 1e-5; };
  }

  ~two_nodes() {
    for (auto x : {&first, &second})
      if (x->handle)
        x->end();
  }

  void begin(cluster_node& x) {
    x.connect_to(network);
    x.begin(
        truth, [](unsigned) { return 50u; }, shards);
    greet(x);
  }

  /// Answers what is new: HELLO, READY, RESUMED.
  void greet(cluster_node& x) {
    for (auto i = greeted[&x]; i < x.connections.size(); ++i) {
      auto& link = *x.connections[i];
      if (link.ended())
        continue;
      link.opened();
      link.say(hello(41'250ms));
      x.sched.run();
      for (auto& d : link.sent(2))
        link.say(ready({x.guild(1, d["shard"][0].get<std::uint32_t>())},
                       "s" + d["shard"][0].dump()));
      if (!link.sent(6).empty())
        link.say(resumed(43));
      x.sched.run();
    }
    greeted[&x] = x.connections.size();
  }

  void pass(caf::timespan d) {
    for (; d.count() > 0; d -= 500ms) {
      now += 500ms;
      for (auto x : all())
        if (x->runs()) {
          x->live(500ms);
          greet(*x);
        }
      network.pass(500ms);
      run();
    }
  }

  std::vector<cluster_node*> all() {
    std::vector<cluster_node*> result{&first, &second};
    result.insert(result.end(), others.begin(), others.end());
    return result;
  }

  /// All messages, until there are no more.
  void run() {
    std::uint64_t before = 0;
    do {
      before = network.brought();
      for (auto x : all())
        if (x->runs() && !x->frozen)
          x->sched.run();
      network.run_some(1000);
    } while (network.brought() != before);
  }

  /// A guild whose shard runs there.
  snowflake guild_of(cluster_node& x) {
    CAF_REQUIRE(!owned_by(x).empty());
    return x.guild(1, *owned_by(x).begin());
  }

  /// Opcodes 8 that went out there, of open connections and others.
  static std::size_t asked(cluster_node& x) { return x.requests().size(); }

  /// The only chunk for each of them that asked for this guild, where they
  /// still can be answered.
  void answer(cluster_node& x, snowflake guild) {
    for (auto& link : x.connections)
      for (auto& d : link->sent(8))
        if (fleet::guild_asked(d) == guild && !link->ended())
          link->say(chunk(guild, d["nonce"].get<std::string>(), 0, 1, 3));
    run();
  }

  std::set<std::uint32_t> owned_by(cluster_node& x) {
    store_status all;
    truth->look(all);
    for (auto& node : all.nodes)
      if (node.info.node == x.last_node())
        return {node.shards.begin(), node.shards.end()};
    return {};
  }

  static std::size_t open(cluster_node& x) {
    std::size_t result = 0;
    for (auto& link : x.connections)
      result += link->ended() ? 0 : 1;
    return result;
  }

  caf::timespan now = 24h;
  std::shared_ptr<memory_store> truth =
      std::make_shared<memory_store>([this] { return caf::timestamp{now}; });
  cluster_network network{[](unsigned n) { return n - 1; }};
  cluster_node first{1}, second{2};
  /// More of them, for a while.
  std::vector<cluster_node*> others;
  std::map<cluster_node*, std::size_t> greeted;
};

/// Two processes with two shards each, which reach each other and ask for
/// nothing by themselves.
struct linked_nodes : two_nodes {
  linked_nodes() {
    for (auto x : {&first, &second})
      x->values.auto_chunk = false;
  }

  void connect() {
    begin(first);
    begin(second);
    pass(60s);
    here = guild_of(first);
    there = guild_of(second);
    other = second.guild(1, *owned_by(second).rbegin());
  }

  /// For long enough to be noticed; mending it takes a while, too.
  void lose_link() {
    network.cut(first.host->address, second.host->address, true);
    pass(4s);
    network.cut(first.host->address, second.host->address, false);
  }

  /// Guilds of the first process's shards, and of both of the second's.
  snowflake here, there, other;
};

} // namespace muster::test
