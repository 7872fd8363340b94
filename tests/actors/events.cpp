#define CAF_SUITE actors_events

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// What every event carries, and who gets those with members.

namespace {

/// The second of two shards; the first one has no guilds.
struct fixture : fleet {
  /// Starts both, and creates the guilds of the second.
  void begin_both() {
    start(2);
    a = guild(1, 1);
    b = guild(2, 1);
    greet({}, 0);
    gate = &greet({a, b}, 1);
    create({a, b});
  }

  /// Says it on the present connection of the second shard.
  void say(const std::string& text) {
    gate->say(text);
    sched.run();
  }

  /// The origin of an event of shard 1 in this start.
  template <class Event>
  void check_origin(const Event& x) {
    CAF_CHECK_EQUAL(x.shard, of);
    CAF_CHECK_EQUAL(x.start_id, 7u);
  }

  /// A listener that looks into its mailbox when a test does.
  std::unique_ptr<caf::scoped_actor>
  listener(std::uint32_t events, std::vector<std::string> dispatches = {}) {
    subscribe_request wish;
    wish.events = events;
    wish.dispatches = std::move(dispatches);
    return fleet::listener(std::move(wish));
  }

  /// Takes the events that a listener was sent.
  template <class Event>
  std::vector<Event> events_of(caf::scoped_actor& x) {
    std::vector<Event> result;
    while (x->has_next_message())
      x->receive([&](const Event& e) { result.push_back(e); });
    return result;
  }

  const shard_id of{1, 2};
  scripted_connection* gate = nullptr;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(event_tests, fixture)

CAF_TEST(E1 E2 E3 E6 carry the shard and the start) {
  begin_both();
  say(chunk(a, requests().at(0)["nonce"], 0, 1));
  pass(1s);
  say(chunk(b, requests().at(1)["nonce"], 0, 1));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 2u);
  for (auto& x : finished_requests)
    check_origin(x);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 2u);
  CAF_CHECK_EQUAL(finished_shards[0].shard, (shard_id{0, 2}));
  CAF_CHECK_EQUAL(finished_shards[0].start_id, 7u);
  check_origin(finished_shards[1]);
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].start_id, 7u);
  CAF_CHECK_EQUAL(finished[0].shards, 2u);
  CAF_REQUIRE(!progress.empty());
  for (auto& x : progress)
    CAF_CHECK_EQUAL(x.start_id, 7u);
}

CAF_TEST(E1 carries the shard and the start however it ended) {
  begin_both();
  auto answered = ask(ask_for::search(a, "n", 1));
  answer(a);
  auto cancelled = ask_for::search(a, "n", 1);
  auto withdrawn = ask(cancelled);
  CAF_CHECK(!command(cancel_request{a, cancelled.nonce}));
  auto left = ask(ask_for::search(b, "n", 1));
  say(guild_delete(b, false));
  say(chunk(a, "theirs", 0, 1));
  pass(2min);
  auto lost = ask(ask_for::search(a, "n", 1));
  gate->end(4004);
  sched.run();
  for (auto& x : {answered, withdrawn, left, lost}) {
    CAF_REQUIRE(x->answer);
    check_origin(*x->answer);
  }
  CAF_CHECK(lost->answer->outcome == outcome::session_lost);
  // Those four, two of the startup and a foreign one.
  CAF_CHECK_EQUAL(finished_requests.size(), 7u);
  for (auto& x : finished_requests)
    check_origin(x);
}

CAF_TEST(E5 E7 carry the shard and the start) {
  begin_both();
  auto members = listener(event_bit::guild_members_chunk);
  auto raw = listener(0, {"GUILD_MEMBERS_CHUNK"});
  say(chunk(a, requests().at(0)["nonce"], 0, 1, 3));
  say(chunk(a, "", 0, 1, 3));
  say(guild_create(guild(3, 1), 2, false, 2)); // whole
  auto got = events_of<guild_members_chunk>(*members);
  CAF_REQUIRE_EQUAL(got.size(), 3u);
  for (auto& x : got)
    check_origin(x);
  auto events = events_of<muster::dispatch>(*raw);
  CAF_REQUIRE_EQUAL(events.size(), 2u);
  for (auto& x : events)
    check_origin(x);
}

CAF_TEST(the events of a connection carry the shard and the start) {
  begin_both();
  CAF_REQUIRE_EQUAL(readies.size(), 2u);
  check_origin(readies[1]);
  CAF_CHECK_EQUAL(readies[1].guilds, 2u);
  gate->end(4000);
  pass(3s);
  gate = connections.back().get();
  gate->opened();
  say(hello(41'250ms));
  say(resumed(9));
  CAF_REQUIRE_EQUAL(resumes.size(), 1u);
  check_origin(resumes[0]);
  gate->end(4004);
  sched.run();
  CAF_REQUIRE_EQUAL(disconnects.size(), 2u);
  for (auto& x : disconnects)
    check_origin(x);
}

CAF_TEST(a start that fails is told with its shard and its id) {
  values.shard_count = 2;
  values.shards = {1};
  fail_lookup(errc::rest_unauthorized);
  start(2);
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  check_origin(disconnects[0]);
}

CAF_TEST(E5 members come to who asks for them and share the bytes) {
  begin_both();
  auto first = listener(event_bit::guild_members_chunk);
  auto second = listener(event_bit::guild_members_chunk
                         | event_bit::chunk_request_finished);
  auto books = listener(event_bit::books);
  events_of<shard_finished_chunking>(*books); // of shard 0, before it came
  chunk_fields fields;
  fields.guild = a;
  fields.nonce = requests().at(0)["nonce"];
  fields.index = 1;
  fields.count = 2;
  fields.members = 3;
  fields.presences = "[" + presence(snowflake{1}) + "]";
  fields.not_found = {snowflake{77}, snowflake{78}};
  say(chunk(fields, 5));
  CAF_CHECK(!(*books)->has_next_message());
  auto one = events_of<guild_members_chunk>(*first);
  auto two = events_of<guild_members_chunk>(*second);
  CAF_REQUIRE_EQUAL(one.size(), 1u);
  CAF_REQUIRE_EQUAL(two.size(), 1u);
  for (auto x : {&one[0], &two[0]}) {
    CAF_CHECK_EQUAL(x->guild_id, a);
    CAF_CHECK_EQUAL(x->nonce, fields.nonce);
    CAF_CHECK_EQUAL(x->chunk_index, 1u);
    CAF_CHECK_EQUAL(x->chunk_count, 2u);
    CAF_CHECK_EQUAL(x->members.count, 3u);
    CAF_CHECK_EQUAL(x->presences.decode().size(), 1u);
    CAF_CHECK_EQUAL(x->not_found, fields.not_found);
  }
  auto same = [](const frozen_buffer& x, const frozen_buffer& y) {
    return !x.empty() && x.view().data() == y.view().data();
  };
  CAF_CHECK(same(one[0].members.json, two[0].members.json));
  CAF_CHECK(same(one[0].presences.json, two[0].presences.json));
}

CAF_TEST(E7 any event reaches who listens for its name) {
  begin_both();
  std::vector<muster::dispatch> got;
  subscribe_request wish;
  wish.listener = sys.spawn([&](caf::event_based_actor*) {
    return caf::behavior{[&](const muster::dispatch& x) { got.push_back(x); }};
  });
  wish.events = 0;
  wish.dispatches = {"MESSAGE_CREATE", "GUILD_CREATE"};
  send(wish);
  say(test::dispatch("MESSAGE_CREATE", 41, "{\"content\":\"hi\"}"));
  say(test::dispatch("TYPING_START", 42, "{}"));
  say(guild_create(a, 5, true, 0, 43)); // what muster reads itself, too
  CAF_REQUIRE_EQUAL(got.size(), 2u);
  CAF_CHECK_EQUAL(got[0].name, "MESSAGE_CREATE");
  CAF_CHECK_EQUAL(got[0].sequence, 41u);
  CAF_CHECK_EQUAL(got[0].payload.view(), "{\"content\":\"hi\"}");
  CAF_CHECK_EQUAL(got[1].name, "GUILD_CREATE");
  kill(wish.listener);
}

CAF_TEST_FIXTURE_SCOPE_END()
