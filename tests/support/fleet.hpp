#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/test/dsl.hpp>
#include <nlohmann/json.hpp>

#include "actors/config.hpp"
#include "actors/supervisor.hpp"
#include "messages/errc.hpp"
#include "messages/internal/actors.hpp"
#include "net/memory_store.hpp"
#include "tests/support/payloads.hpp"
#include "tests/support/scripted_connection.hpp"

namespace muster::test {

/// What a test asks for: ask_for::whole_list(a).
using ask_for = guild_members_request;

/// A supervisor with its shards on CAF's deterministic scheduler and clock,
/// their connections scripted, and every event recorded.
class fleet : public test_coordinator_fixture<muster::config> {
public:
  fleet();
  ~fleet();

  // -- how a test begins ------------------------------------------------------

  /// Starts with `shards` shards, and lets them connect.
  void start(std::uint32_t shards = 1);

  /// Stops the bot, and lets it have the time that it needs.
  void stop();

  /// Stops the bot and starts it anew, as another process with the same store.
  void restart();

  /// HELLO on the latest connection of a shard, and time for its identify.
  scripted_connection& identify(std::uint32_t shard = 0);

  /// HELLO, identify and READY on the latest connection of a shard.
  scripted_connection& greet(const std::vector<snowflake>& guilds,
                             std::uint32_t shard = 0);

  /// Starts one shard, and greets it with these guilds.
  scripted_connection& start_with(const std::vector<snowflake>& guilds);

  /// Starts one shard, greets it with these guilds, and creates them all.
  scripted_connection& begin(const std::vector<snowflake>& guilds,
                             std::uint64_t members = 5);

  // -- what the gateway says --------------------------------------------------

  /// Says it on the latest connection of a shard, and runs all actors.
  void say(const std::string& text, std::uint32_t shard = 0);

  /// A GUILD_CREATE for each of these guilds, in one go.
  void create(const std::vector<snowflake>& guilds, std::uint64_t members = 5);

  /// The only chunk of this guild, under the nonce of the last op 8.
  void answer(snowflake id, int members = 1);

  /// All chunks that this op 8 asks for, in one go.
  void answer(const nlohmann::json& request, int members = 1, int chunks = 1);

  /// Answers the op 8 that went out last.
  void answer_last(int members = 1, int chunks = 1);

  /// Answers every op 8 there is, until there are no more.
  void answer_all(int members = 1);

  /// Waits for a connection that has not ended, and says HELLO on it.
  scripted_connection& reconnect();

  /// The same, and RESUMED.
  scripted_connection& resume();

  /// Ends the session with op 9; READY of the next one names these guilds.
  void lose_session(const std::vector<snowflake>& guilds);

  /// Lets one more of the lookups to come fail like this.
  void fail_lookup(errc why, caf::timespan retry_after = caf::timespan{0});

  // -- time and connections ---------------------------------------------------

  /// Runs all actors, then lets `d` pass, stopping at each timer on the way.
  void pass(caf::timespan d);

  /// The latest connection of a shard; shards connect in order.
  scripted_connection& link(std::uint32_t shard = 0);

  /// A guild of this shard; different numbers give different guilds.
  snowflake guild(std::uint32_t number, std::uint32_t shard = 0) const;

  /// Guilds 1 to `n` of shard 0.
  std::vector<snowflake> guilds_up_to(std::uint32_t n) const;

  /// Op 8s on all connections, in order.
  std::vector<nlohmann::json> requests() const;
  nlohmann::json last_request() const;
  std::string last_nonce() const;
  /// The guild that an op 8 asks for.
  static snowflake guild_asked(const nlohmann::json& request);

  // -- what bots do -----------------------------------------------------------

  /// Sends a request and keeps its answer.
  struct reply {
    std::optional<chunk_request_finished> answer;
    caf::error error;
    int count = 0;
  };
  std::shared_ptr<reply> ask(guild_members_request x);
  /// The same, but runs nothing.
  std::shared_ptr<reply> post(guild_members_request x);
  std::shared_ptr<reply> ask_streaming(guild_members_request x,
                                       caf::actor receiver);

  /// Sends a request that is refused at once, and gives the error.
  caf::error error_of(guild_members_request x);

  /// Sends what is answered with nothing; gives the error if there is one.
  template <class Message>
  caf::error command(const Message& x) {
    caf::error result;
    auto pending = self->request(supervisor, caf::infinite, x);
    sched.run();
    pending.receive([] {}, [&](const caf::error& e) { result = e; });
    return result;
  }

  /// Sends what is not answered, and runs all actors.
  template <class Message>
  void send(const Message& x) {
    caf::anon_send(supervisor, x);
    sched.run();
  }

  /// Kills an actor, and runs all others.
  template <class Handle>
  void kill(const Handle& x) {
    caf::anon_send_exit(x, caf::exit_reason::kill);
    sched.run();
  }

  /// A wish for members, without its listener; bound 0 stands for the setting.
  static subscribe_request for_members(std::uint64_t bound = 0,
                                       optional<overflow> on_overflow = {});

  /// Subscribes an actor that looks into its mailbox when a test does.
  std::unique_ptr<caf::scoped_actor> listener(subscribe_request wish);

  /// Takes the chunks that a listener was sent, one by one; gives their number.
  int drain(caf::scoped_actor& x);

  /// Spawns an actor that handles nothing that muster sends.
  caf::actor stranger();

  guild_state state_of(snowflake id);
  statistics figures();

  // -- what muster is given ---------------------------------------------------

  settings values;
  gateway_info info;
  int lookups = 0;
  /// The next lookups fail like this.
  std::deque<gateway_answer> failed_lookups;
  /// So many lookups to come throw.
  int throwing_lookups = 0;
  /// So many connections to come cannot be made: by an exception, and null.
  int broken_connects = 0;
  bool managed = false;
  /// On which shards run at once when a frame comes; may be null.
  std::shared_ptr<io_unit> unit;
  /// Outlasts the supervisors of a test, if they are given it.
  std::shared_ptr<memory_store> store;
  bool keeps = false;
  /// Muster's own if null.
  identify_gate_actor gate;
  std::shared_ptr<peer_network> network;
  std::function<double()> random = [] { return 0.5; };

  supervisor_actor supervisor;
  std::uint32_t shard_count = 1;
  std::vector<std::shared_ptr<scripted_connection>> connections;
  /// Guilds 1 to 3 of a fleet with one shard.
  snowflake a = guild(1), b = guild(2), c = guild(3);

  // -- what was heard of it ---------------------------------------------------

  std::vector<chunk_request_finished> finished_requests;
  std::vector<shard_finished_chunking> finished_shards;
  std::vector<finished_chunking> finished;
  std::vector<guild_members_chunk> chunks;
  std::vector<chunking_progress> progress;
  std::vector<caf::actor_clock::time_point> progress_at;
  std::vector<shard_ready> readies;
  std::vector<shard_resumed> resumes;
  std::vector<shard_disconnected> disconnects;
  std::vector<shard_moved> moves;
  std::vector<node_joined> nodes_joined;
  std::vector<node_left> nodes_left;
  std::vector<events_missed> missed;
  /// "E1 <guild> <outcome>", "E2 <shard>", "E3", in order of arrival.
  std::vector<std::string> order;
  caf::actor recorder;
  /// What it is sent from the start of a process on.
  std::uint32_t recorded = ~event_bit::guild_members_chunk;
  scope recorded_scope = scope::node;

  std::uint64_t last_node() const { return first_node + node_; }
  /// Processes of several fleets have different numbers.
  std::uint64_t first_node = 0;

  /// Spawns the recorder anew with these events.
  caf::actor record(std::uint32_t events);

private:
  /// The number of the process.
  std::uint64_t node_ = 0;

  template <class Message>
  std::shared_ptr<reply> ask_for_members(Message x);
};

/// A fleet that asks for nothing unless a test does.
class idle_fleet : public fleet {
public:
  idle_fleet() { values.auto_chunk = false; }
};

} // namespace muster::test
