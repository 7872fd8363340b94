#define CAF_SUITE actors_statistics

#include "tests/support/fleet.hpp"

#include <array>
#include <numeric>

#include "actors/subscribers.hpp"
#include "app/simulator/compressor.hpp"
#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// Every figure of messages/status.hpp over a run of two shards in which
// everything happens that is counted.

namespace {

struct fixture : fleet {
  struct gateway {
    scripted_connection* link = nullptr;
    /// Shard 0 is compressed.
    std::unique_ptr<sim::compressor> zip;
    std::size_t seen = 0;
    std::vector<caf::actor_clock::time_point> unanswered;
    /// Of the next ACK.
    caf::timespan latency{0};
  };

  /// HELLO on the latest connection, which is this shard's.
  void greet_next(std::uint32_t shard, scripted_connection& on) {
    auto& x = gates[shard];
    x.link = &on;
    x.seen = 0;
    x.unanswered.clear();
    x.zip.reset();
    if (shard == 0)
      x.zip = std::make_unique<sim::compressor>(sim::packing::zstd_stream);
    on.acknowledge = false;
    on.opened();
    tell(shard, hello(60s));
  }

  /// The same after a close, as soon as there is a new connection.
  void reconnect_shard(std::uint32_t shard, std::uint16_t code) {
    auto before = connections.size();
    gates[shard].link->end(code);
    for (int i = 0; i < 1000 && connections.size() == before; ++i)
      run_for(10ms);
    greet_next(shard, *connections.back());
  }

  /// Says it and counts what that is on the wire.
  void tell(std::uint32_t shard, const std::string& text) {
    auto& x = gates[shard];
    ++want.frames;
    if (x.zip) {
      std::string bytes;
      x.zip->encode(text, bytes);
      want.bytes_received += bytes.size();
      want.bytes_decompressed += text.size();
      x.link->say_binary(bytes);
    } else {
      want.bytes_received += text.size();
      x.link->say(text);
    }
    sched.run();
  }

  void tell_chunk(std::uint32_t shard, snowflake guild, std::string nonce,
                  int index, int count, int members) {
    ++want.chunks;
    want.members += static_cast<std::uint64_t>(members);
    tell(shard, chunk(guild, std::move(nonce), index, count, members));
  }

  /// Lets time pass; heartbeats are acknowledged after the shard's latency.
  void run_for(caf::timespan d) {
    for (auto left = d; left.count() > 0; left -= 10ms) {
      pass(10ms);
      for (std::uint32_t shard : {0, 1}) {
        auto& x = gates[shard];
        for (; x.seen < x.link->texts.size(); ++x.seen)
          if (x.link->texts[x.seen].find("\"op\":1}") != std::string::npos)
            x.unanswered.push_back(x.link->sent_at[x.seen]);
        if (x.unanswered.empty()
            || sched.clock().now() < x.unanswered.front() + x.latency)
          continue;
        x.unanswered.erase(x.unanswered.begin());
        x.latency += 20ms;
        tell(shard, heartbeat_ack());
      }
    }
  }

  /// Op 8s that this shard's present connection was given.
  std::string nonce_of(std::uint32_t shard) const {
    return gates[shard].link->sent(8).back()["nonce"];
  }

  std::unique_ptr<caf::scoped_actor> listener(overflow policy) {
    return fleet::listener(for_members(1, policy));
  }

  std::uint64_t count(outcome x) const {
    return got.outcomes[static_cast<std::size_t>(x)];
  }

  /// What the connections saw being sent.
  std::uint64_t sent(int op = -1) const {
    std::uint64_t result = 0;
    for (auto& x : connections)
      result += op < 0 ? x->texts.size() : x->sent(op).size();
    return result;
  }

  std::array<gateway, 2> gates;
  statistics want;
  statistics got;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(statistics_tests, fixture)

CAF_TEST(each figure is what happened on both shards) {
  values.send_limit = 20; // 4 of them are kept for heartbeats
  values.max_refusals = 2;
  start(2);
  auto a = guild(1, 0), b = guild(2, 0), c = guild(1, 1), d = guild(2, 1);
  gates[0].latency = 100ms;
  gates[1].latency = 50ms;
  for (std::uint32_t shard : {0, 1})
    greet_next(shard, *connections.at(shard));
  tell(0, ready({a, b}));
  tell(1, ready({c, d}));

  // 0 s: the startup asks for a, b and c; d is whole.
  tell(0, guild_create(a, 2000));
  auto first_of_a = nonce_of(0);
  tell(0, guild_create(b, 5));
  tell(1, guild_create(c, 5));
  auto of_c = nonce_of(1);
  tell(1, guild_create(d, 2, false, 2));
  run_for(1s);
  tell_chunk(0, b, nonce_of(0), 0, 1, 4); // b in 1 s
  run_for(1s);
  tell_chunk(0, a, first_of_a, 0, 2, 10);
  tell_chunk(0, a, first_of_a, 0, 2, 10); // a duplicate
  tell_chunk(0, a, first_of_a, 5, 2, 10); // malformed
  tell_chunk(1, c, of_c, 0, 1, 3);        // c in 2 s
  run_for(1s);
  tell_chunk(0, b, "theirs", 0, 1, 7); // foreign, and complete at once
  tell(1, "no json at all");           // malformed
  run_for(1s);

  // 4 s: refused once, then answered, 4 s after it was asked first.
  ask(ask_for::search(b, "n", 1));
  run_for(1s);
  tell(0, rate_limited(b, nonce_of(0), 2.0));
  run_for(3s);
  tell_chunk(0, b, nonce_of(0), 0, 1, 1);

  // 8 s: cancelled, without a response, incomplete after 1 s, refused for
  // ever, and left.
  auto cancelled = ask_for::search(c, "n", 1);
  ask(cancelled);
  CAF_CHECK(!command(cancel_request{c, cancelled.nonce}));
  ask(ask_for::search(c, "n", 1));
  run_for(11s);
  ask(ask_for::search(c, "n", 1));
  run_for(1s);
  tell_chunk(1, c, nonce_of(1), 0, 2, 2);
  run_for(6s);
  ask(ask_for::search(c, "n", 1));
  tell(1, rate_limited(c, nonce_of(1), 1.0));
  run_for(1500ms);
  tell(1, rate_limited(c, nonce_of(1), 1.0));
  ask(ask_for::search(d, "n", 1));
  tell(1, guild_delete(d, false));

  // 32 s: the second attempt for a, complete 33 s after the first was asked.
  run_for(33s - 27500ms);
  CAF_CHECK(nonce_of(0) != first_of_a);
  tell_chunk(0, a, nonce_of(0), 0, 2, 10);
  tell_chunk(0, a, nonce_of(0), 1, 2, 10);
  tell_chunk(0, a, first_of_a, 1, 2, 10); // late
  CAF_CHECK_EQUAL(finished.size(), 1u);

  // Shard 0 resumes; shard 1 identifies anew, twice, and a request is lost.
  reconnect_shard(0, 4000);
  tell(0, resumed(99));
  auto lost = ask(ask_for::search(c, "n", 1));
  reconnect_shard(1, 4009);
  run_for(1s);
  tell(1, ready({c}, "s2"));
  tell(1, guild_create(c, 5));
  CAF_CHECK_EQUAL(gates[1].link->sent(8).size(), 1u); // alone, as a suspect
  reconnect_shard(1, 4009);
  run_for(6s);
  tell(1, ready({c}, "s3"));
  tell(1, guild_create(c, 5));
  CAF_REQUIRE(lost->answer);
  auto list = gates[1].link->sent(8);
  CAF_REQUIRE_EQUAL(list.size(), 1u); // the startup's
  run_for(500ms);
  tell_chunk(1, c, list[0]["nonce"], 0, 1, 3); // c in 0.5 s
  reconnect_shard(1, 4009);
  run_for(6s);
  tell(1, ready({c}, "s4"));
  tell(1, guild_create(c, 5)); // waits for the 30 s

  // Until the first heartbeat of shard 0's second connection.
  while (gates[0].link->sent(1).empty())
    run_for(100ms);
  run_for(1s);

  // Members for which nobody asked: one is held, two are dropped, and one
  // stops the reading until it is taken.
  auto slow = listener(overflow::drop);
  auto held = chunk(c, "", 0, 1, 3).size() + subscribers::event_overhead;
  tell_chunk(1, c, "", 0, 1, 3);
  tell_chunk(1, c, "", 0, 1, 3);
  auto stopping = listener(overflow::stop_reading);
  tell_chunk(1, c, "", 0, 1, 3);
  (*stopping)->receive([](const guild_members_chunk&) {});
  sched.run();

  // Left open: a list in flight, one in the queue, and commands that the
  // window does not take; the identify has left it room for 15.
  ask(ask_for::whole_list(b));
  for (int i = 0; i < 20; ++i)
    CAF_CHECK(!command(gateway_command{3, "{\"status\":\"idle\"}", c}));
  ask(ask_for::search(a, "n", 101));
  ask(ask_for::users(c, {}));

  got = figures();
  CAF_CHECK_EQUAL(got.shards, 2u);
  CAF_CHECK_EQUAL(got.connected, 2u);
  CAF_CHECK_EQUAL(got.guilds, 3u);
  CAF_CHECK_EQUAL(got.sends, sent());
  std::uint64_t in_window = 0;
  for (auto at : gates[0].link->sent_at)
    in_window += at + 60500ms > sched.clock().now() ? 1 : 0;
  for (auto at :
       gates[0].link->times_of(1)) // heartbeats have room of their own
    in_window -= at + 60500ms > sched.clock().now() ? 1 : 0;
  CAF_CHECK_EQUAL(got.send_budget, 16 - in_window); // shard 1 has none left
  CAF_CHECK_EQUAL(got.queued_requests, 1u);
  CAF_CHECK_EQUAL(got.queued_commands, 5u);
  CAF_CHECK_EQUAL(got.in_flight, 1u);
  CAF_CHECK_EQUAL(count(outcome::complete), 6u);
  CAF_CHECK_EQUAL(count(outcome::incomplete), 1u);
  CAF_CHECK_EQUAL(count(outcome::no_response), 1u);
  CAF_CHECK_EQUAL(count(outcome::rate_limited), 1u);
  CAF_CHECK_EQUAL(count(outcome::guild_left), 1u);
  CAF_CHECK_EQUAL(count(outcome::session_lost), 1u);
  CAF_CHECK_EQUAL(count(outcome::cancelled), 1u);
  auto ends = std::accumulate(got.outcomes.begin(), got.outcomes.end(), 0ull);
  CAF_CHECK_EQUAL(ends, finished_requests.size());
  CAF_CHECK_EQUAL(got.refused_requests, 2u);
  CAF_CHECK_EQUAL(got.frames, want.frames);
  CAF_CHECK_EQUAL(got.bytes_received, want.bytes_received);
  CAF_CHECK_EQUAL(got.bytes_decompressed, want.bytes_decompressed);
  CAF_CHECK_EQUAL(got.chunks, want.chunks);
  CAF_CHECK_EQUAL(got.members, want.members);
  CAF_CHECK_EQUAL(got.duplicates, 1u);
  CAF_CHECK_EQUAL(got.late_chunks, 1u);
  CAF_CHECK_EQUAL(got.malformed, 2u);
  CAF_CHECK_EQUAL(got.foreign_requests, 1u);
  CAF_CHECK_EQUAL(got.rate_limited, 3u);
  CAF_CHECK_EQUAL(got.identifies, 5u);
  CAF_CHECK_EQUAL(got.identifies, sent(2));
  CAF_CHECK_EQUAL(got.resumes, 1u);
  CAF_CHECK_EQUAL(got.resumes, sent(6));
  CAF_CHECK_EQUAL(got.reconnects, 4u);
  CAF_CHECK_EQUAL(got.reconnects, connections.size() - 2);
  CAF_CHECK_EQUAL(got.dropped_events, 2u);
  CAF_CHECK_EQUAL(got.reading_pauses, 1u);
  CAF_CHECK_EQUAL(got.listener_bytes, held);

  // Of quantiles those of the slower shard: 100 and 120 ms against 50 ms;
  // 1, 2 and 4 s against 0.5, 1 and 2 s; 1, 4 and 33 s against 0.5, 1 and 2 s.
  // The foreign one is none of them: when it was asked is not known.
  auto check = [](const latency& x, std::uint64_t samples, caf::timespan p50,
                  caf::timespan p90, caf::timespan p99, caf::timespan max) {
    CAF_CHECK_EQUAL(x.samples, samples);
    CAF_CHECK_EQUAL(x.p50.count(), p50.count());
    CAF_CHECK_EQUAL(x.p90.count(), p90.count());
    CAF_CHECK_EQUAL(x.p99.count(), p99.count());
    CAF_CHECK_EQUAL(x.max.count(), max.count());
  };
  check(got.heartbeat, 3, 100ms, 120ms, 120ms, 120ms);
  check(got.first_response, 6, 2s, 4s, 4s, 4s);
  check(got.completion, 6, 4s, 33s, 33s, 33s);
}

CAF_TEST_FIXTURE_SCOPE_END()
