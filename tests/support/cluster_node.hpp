#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/cluster_network.hpp"
#include "tests/support/cluster_stream.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/lineage_store.hpp"

namespace muster::test {

/// One machine of a cluster: processes of the bot, one after another, on a
/// clock of their own.
class cluster_node : public fleet {
public:
  explicit cluster_node(std::uint32_t number) {
    first_node = number * 1000ull;
    keeps = true;
    values.cluster.node = "node" + std::to_string(number) + ":1";
  }

  bool runs() const { return handle != nullptr && !handle->dead; }

  void begin(std::shared_ptr<state_store> truth,
             std::function<unsigned(unsigned)> draw, std::uint32_t shards) {
    handle = std::make_shared<lineage_store>(std::move(truth), std::move(draw));
    store = handle;
    e1 = finished_requests.size();
    told.clear();
    e2_from = e2 = finished_shards.size();
    e3_from = e3 = finished.size();
    asked.clear();
    last_asked.clear();
    streams.clear();
    listener = nullptr;
    start(shards);
  }

  /// What a bot asks for as a stream.
  void stream(const guild_members_request& x) {
    streams.push_back(begin_stream(sys, supervisor, x));
    asked.push_back(streams.back()->reply);
  }

  /// Somebody listens for the members of the whole bot, and is quick or drops.
  void listen(std::uint64_t bound, optional<overflow> on_overflow) {
    listener = begin_listener(sys, supervisor, shard_count,
                              for_members(bound, on_overflow));
  }

  /// The process that begins next is in this network.
  void connect_to(cluster_network& x) {
    host = std::make_shared<cluster_host>();
    host->address = values.cluster.node;
    host->sys = &sys;
    host->frozen = [this] { return frozen; };
    network = x.join(host);
    wires = &x;
  }

  /// Its process ends without a word.
  void die() {
    handle->dead = true;
    if (host)
      wires->end(host);
    for (auto& x : connections)
      if (!x->ended())
        x->end(0); // the gateway notices; nobody else is there to
    auto e1s = finished_requests.size(), e2s = finished_shards.size(),
         e3s = finished.size();
    end();
    // The dead tell nothing.
    finished_requests.resize(e1s);
    finished_shards.resize(e2s);
    finished.resize(e3s);
  }

  /// What is left of a process that has ended.
  void end() {
    handle->dead = true;
    if (host && !host->dead)
      wires->end(host);
    kill(supervisor);
    kill(recorder);
    frozen = false;
    // It was stepped in no other way.
    sched.clock().advance_time(owed);
    owed = caf::timespan{0};
    sched.run();
  }

  /// Time passes, for who is not frozen at once.
  void live(caf::timespan d) {
    d += d * skew / 1000;
    if (frozen)
      owed += d;
    else
      pass(d);
  }

  /// None if its shard is on its way.
  std::optional<guild_status> status_of(snowflake guild) {
    auto result = std::make_shared<std::optional<guild_status>>();
    sys.spawn([this, result, guild](caf::event_based_actor* asker) {
      asker->request(supervisor, caf::infinite, guild_state_request{guild})
          .then([result](const guild_state& x) { *result = x.status; },
                [](const caf::error&) {});
    });
    sched.run();
    return *result;
  }

  void thaw() {
    if (!frozen)
      return;
    frozen = false;
    sched.clock().advance_time(owed);
    owed = caf::timespan{0};
  }

  std::shared_ptr<lineage_store> handle;
  std::shared_ptr<cluster_host> host;
  cluster_network* wires = nullptr;
  /// Its clock goes faster by so many thousandths.
  int skew = 0;
  bool frozen = false;
  caf::timespan owed{0};
  std::vector<std::shared_ptr<reply>> asked;
  std::vector<std::shared_ptr<cluster_stream>> streams;
  /// The store has lost that a call was asked: its caller has it asked again,
  /// under the same nonce, and chunks of the first one come, too.
  void doubt_members() {
    for (std::uint32_t i = 0; listener && i < shard_count; ++i)
      listener->doubtful.insert(i);
  }

  /// Null if nobody listens for members.
  std::shared_ptr<cluster_listener> listener;
  /// In peace.
  std::vector<std::shared_ptr<reply>> last_asked;
  /// Events that have been judged, and where those of this process begin.
  std::size_t e1 = 0, e2 = 0, e3 = 0;
  std::size_t e2_from = 0, e3_from = 0;
  /// Nonces of its E1s, and since when the latest may have been told.
  std::map<std::string, caf::timespan> told;
  caf::timespan judged_at{0};
};

} // namespace muster::test
