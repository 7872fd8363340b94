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
#include "messages/internal/actors.hpp"
#include "net/connection.hpp"
#include "tests/support/payloads.hpp"

namespace muster::test {

/// A connection without a socket: keeps what a shard does with it, and lets
/// a test play the gateway.
class scripted_connection final : public connection {
public:
  explicit scripted_connection(std::shared_ptr<connection_sink> sink)
      : sink_(std::move(sink)) {}

  void open(std::string to) override { url = std::move(to); }
  void send(std::string text, std::uint64_t ticket) override;
  void consumed(std::size_t n) override { consumed_bytes += n; }
  void close(std::uint16_t code) override;
  bool managed_by_bot() const override { return managed; }

  // -- what the gateway does --------------------------------------------------
  void opened() { sink().opened(); }
  void say(const std::string& text) {
    sink().received(frozen_buffer{text}, false);
  }
  void say_binary(const std::string& bytes) {
    sink().received(frozen_buffer{bytes}, true);
  }
  /// A piece of a compressed message.
  void say_piece(const std::string& bytes) {
    sink().received_piece(frozen_buffer{bytes});
  }
  /// A text above the bound.
  void say_skipped(const std::string& head, std::uint64_t size) {
    sink().skipped(frozen_buffer{head}, size);
  }
  /// Ends the connection.
  void end(std::uint16_t code, errc error = errc::connection_lost);
  bool ended() const { return sink_ == nullptr; }

  /// The payloads with this opcode.
  std::vector<nlohmann::json> sent(int op) const;
  /// When they were sent.
  std::vector<caf::actor_clock::time_point> times_of(int op) const;

  std::string url;
  std::vector<std::string> texts;
  /// When each of them was sent, by the clock of the test.
  std::vector<caf::actor_clock::time_point> sent_at;
  std::function<caf::actor_clock::time_point()> now;
  std::size_t consumed_bytes = 0;
  int closed_with = -1;
  bool managed = false;
  /// Confirms each write at once; otherwise a test calls confirm().
  bool confirm_writes = true;
  void confirm();
  /// The writes that have not been confirmed, for a later confirm(those).
  std::deque<std::uint64_t> take_unconfirmed() {
    return std::exchange(unconfirmed_, {});
  }
  void confirm(std::deque<std::uint64_t> those);
  /// Tells of its end at once when closed; otherwise a test calls end().
  bool close_at_once = true;
  /// Answers heartbeats.
  bool acknowledge = true;
  /// Fails in a way that no connection should.
  bool throws = false;

private:
  connection_sink& sink() {
    if (sink_ == nullptr)
      CAF_FAIL("this connection has ended");
    return *sink_;
  }

  std::shared_ptr<connection_sink> sink_;
  std::deque<std::uint64_t> unconfirmed_;
};

/// A supervisor with its shards on CAF's deterministic scheduler and clock,
/// their connections scripted, and every event recorded.
class fleet : public test_coordinator_fixture<muster::config> {
public:
  fleet();
  ~fleet();

  /// Starts with `shards` shards, and lets them connect.
  void start(std::uint32_t shards = 1);

  /// Runs all actors, then lets `d` pass, stopping at each timer on the way.
  void pass(caf::timespan d);

  /// HELLO, identify and READY on the latest connection of a shard.
  scripted_connection& greet(const std::vector<snowflake>& guilds,
                             std::uint32_t shard = 0);

  /// The latest connection of a shard; shards connect in order.
  scripted_connection& link(std::uint32_t shard = 0);

  /// Waits for a connection that has not ended, and says HELLO on it.
  scripted_connection& reconnect();

  /// A guild of this shard; different numbers give different guilds.
  snowflake guild(std::uint32_t number, std::uint32_t shard = 0) const;

  /// Op 8s on all connections, in order.
  std::vector<nlohmann::json> requests() const;
  nlohmann::json last_request() const;
  std::string last_nonce() const;

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

  /// Sends what is answered with nothing; gives the error if there is one.
  template <class Message>
  caf::error command(const Message& x) {
    caf::error result;
    auto pending = self->request(supervisor, caf::infinite, x);
    sched.run();
    pending.receive([] {}, [&](const caf::error& e) { result = e; });
    return result;
  }

  guild_state state_of(snowflake id);
  statistics figures();

  settings values;
  gateway_info info;
  gateway_answer lookup_answer;
  int lookups = 0;
  /// The next lookups fail like this.
  std::deque<gateway_answer> failed_lookups;
  /// So many lookups to come throw.
  int throwing_lookups = 0;
  /// So many connections to come cannot be made: by an exception, and null.
  int broken_connects = 0;
  bool managed = false;

  supervisor_actor supervisor;
  std::uint32_t shard_count = 1;
  std::vector<std::shared_ptr<scripted_connection>> connections;

  std::vector<chunk_request_finished> finished_requests;
  std::vector<shard_finished_chunking> finished_shards;
  std::vector<finished_chunking> finished;
  std::vector<guild_members_chunk> chunks;
  std::vector<chunking_progress> progress;
  std::vector<caf::actor_clock::time_point> progress_at;
  std::vector<shard_ready> readies;
  std::vector<shard_resumed> resumes;
  std::vector<shard_disconnected> disconnects;
  /// "E1 <guild> <outcome>", "E2 <shard>", "E3", in order of arrival.
  std::vector<std::string> order;
  caf::actor recorder;

  /// Spawns the recorder anew with these events.
  caf::actor record(std::uint32_t events);

private:
  template <class Message>
  std::shared_ptr<reply> ask_for_members(Message x);
};

} // namespace muster::test
