#define CAF_SUITE actors_far_streams

#include <memory>
#include <string>

#include "tests/support/two_nodes.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// Two processes with two shards each, which reach each other. The first asks
/// for members.
struct fixture : linked_nodes {
  fixture() { connect(); }

  /// One that asks and is the receiver, too: `heard` has the index of each
  /// chunk, and then how the request ended.
  caf::actor stream(guild_members_request x) {
    auto to = said;
    auto of = first.supervisor;
    auto result = first.sys.spawn([to, of, x](caf::event_based_actor* self) {
      self->request(of, caf::infinite, stream_members_request{x, self})
          .then(
              [to](const chunk_request_finished& y) {
                to->heard += ' ' + to_string(y.outcome);
              },
              [to](const caf::error& why) {
                to->heard += ' ' + to_string(code_of(why));
              });
      return caf::behavior{[to](const guild_members_chunk& y) {
        to->heard += std::to_string(y.chunk_index);
        to->members += y.members.count;
      }};
    });
    run();
    return result;
  }

  /// A chunk for the latest that was asked for a guild.
  void chunk_of(cluster_node& x, snowflake guild, int index, int count,
                int size = 3) {
    for (auto i = x.connections.rbegin(); i != x.connections.rend(); ++i) {
      if ((*i)->ended())
        continue;
      auto all = (*i)->sent(8);
      for (auto d = all.rbegin(); d != all.rend(); ++d)
        if (fleet::guild_asked(*d) == guild) {
          (*i)->say(chunk(guild, (*d)["nonce"].get<std::string>(), index, count,
                          size));
          run();
          return;
        }
    }
    CAF_FAIL("nobody asked for it");
  }

  /// Outlives the fixture: who stops is told so at the end.
  struct log {
    std::string heard;
    std::uint64_t members = 0;
  };
  std::shared_ptr<log> said = std::make_shared<log>();
  std::string& heard = said->heard;
  std::uint64_t& members = said->members;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(far_streams_tests, fixture)

CAF_TEST(C12 Q12 members are streamed from another process) {
  stream(ask_for::search(there, "x", 5));
  CAF_REQUIRE_EQUAL(asked(second), 1u);
  for (int i = 0; i < 3; ++i)
    chunk_of(second, there, i, 3);
  CAF_CHECK_EQUAL(heard, "012 complete");
  CAF_CHECK_EQUAL(members, 9u);
  CAF_CHECK(first.chunks.empty());
  CAF_CHECK(second.chunks.empty());
}

CAF_TEST(C12 Q12 so are those of its own) {
  stream(ask_for::search(here, "x", 5));
  CAF_REQUIRE_EQUAL(asked(first), 1u);
  chunk_of(first, here, 0, 1);
  CAF_CHECK_EQUAL(heard, "0 complete");
}

CAF_TEST(C12 C13 the answer comes behind all of its members) {
  stream(ask_for::search(there, "x", 5));
  for (int i = 0; i < 4; ++i) // more than there is credit for at once
    for (auto& link : second.connections)
      for (auto& d : link->sent(8))
        link->say(chunk(there, d["nonce"].get<std::string>(), i, 4, 700));
  run();
  CAF_CHECK_EQUAL(heard, "0123 complete");
  CAF_CHECK_EQUAL(members, 2800u);
}

CAF_TEST(C12 Q12 two streams of one guild are two) {
  stream(ask_for::search(there, "x", 5));
  chunk_of(second, there, 0, 2);
  stream(ask_for::search(there, "y", 5));
  chunk_of(second, there, 0, 1);
  CAF_CHECK_EQUAL(heard, "00 complete");
}

CAF_TEST(C12 Q10 Q12 a stream from another process can be cancelled) {
  stream(ask_for::search(there, "x", 5).with_nonce("mine"));
  chunk_of(second, there, 0, 2);
  caf::anon_send(first.supervisor, cancel_request{there, "mine"});
  run();
  CAF_CHECK_EQUAL(heard, "0 cancelled");
  chunk_of(second, there, 1, 2);
  CAF_CHECK_EQUAL(heard, "0 cancelled");
}

CAF_TEST(C12 Q12 what is refused there is refused here) {
  stream(ask_for::search(second.guild(77, shard_of(there, shards)), "x", 5));
  CAF_CHECK_EQUAL(heard, " unknown_guild");
}

CAF_TEST(C12 Q12 a stream that has not begun outlives its link) {
  stream(ask_for::search(there, "x", 5));
  lose_link();
  pass(4s);
  CAF_CHECK_EQUAL(heard, "");
  chunk_of(second, there, 0, 1);
  CAF_CHECK_EQUAL(heard, "0 complete");
  CAF_CHECK_EQUAL(asked(second), 1u);
}

CAF_TEST(C12 Q12 members that may have been lost with a link are an error) {
  stream(ask_for::search(there, "x", 5));
  chunk_of(second, there, 0, 3);
  network.cut(first.host->address, second.host->address, true);
  chunk_of(second, there, 1, 3);
  lose_link();
  pass(4s);
  CAF_CHECK_EQUAL(heard, "0 answer_lost");
  chunk_of(second, there, 2, 3);
  CAF_CHECK_EQUAL(heard, "0 answer_lost");
  // The request itself has had its end.
  CAF_REQUIRE_EQUAL(second.finished_requests.size(), 1u);
}

CAF_TEST(C12 C11 Q12 a stream moves with its shard) {
  for (auto guild : {there, here}) {
    heard.clear();
    auto from = guild == there ? &second : &first;
    auto to = guild == there ? &first : &second;
    auto patient = ask_for::search(guild, "x", 5);
    patient.timeout = 1min;
    stream(patient);
    chunk_of(*from, guild, 0, 2);
    auto before = asked(*to);
    truth->drain(from->last_node(), true);
    pass(15s);
    CAF_CHECK(owned_by(*from).empty());
    CAF_REQUIRE_EQUAL(asked(*to), before + 1);
    CAF_CHECK_EQUAL(heard, "0");
    chunk_of(*to, guild, 0, 2);
    chunk_of(*to, guild, 1, 2);
    CAF_CHECK_EQUAL(heard, "001 complete");
    // Back, for the next.
    truth->drain(from->last_node(), false);
    pass(90s);
    here = guild_of(first);
  }
}

CAF_TEST(C12 C5 Q12 a stream outlives the process that ran its shard) {
  stream(ask_for::search(there, "x", 5));
  pass(2s);
  second.die();
  pass(18s); // until it is missed, and not until nothing comes
  CAF_REQUIRE_EQUAL(asked(first), 1u);
  chunk_of(first, there, 0, 1);
  CAF_CHECK_EQUAL(heard, "0 complete");
}

CAF_TEST(C12 Q12 a stream waits 10 s for a caller that has died) {
  auto receiver = second.stranger();
  second.ask_streaming(ask_for::search(there, "x", 5), receiver);
  run();
  pass(2s);
  second.die();
  for (int i = 0; i < 60 && owned_by(first).size() < 4; ++i)
    pass(500ms);
  pass(8s);
  CAF_CHECK(first.finished_requests.empty());
  pass(4s);
  CAF_CHECK_EQUAL(asked(first), 0u);
  CAF_REQUIRE_EQUAL(first.finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(first.finished_requests[0].outcome, outcome::cancelled);
}

CAF_TEST(B1 C13 Q12 a slow receiver stops its own shard only) {
  second.values.listener_bound = first.values.listener_bound = 1 << 20;
  for (auto x : {&second, &first})
    x->end();
  connect();
  CAF_REQUIRE(other != there);
  caf::scoped_actor slow{first.sys};
  auto answer = first.ask_streaming(ask_for::search(there, "x", 5),
                                    caf::actor{slow.ptr()});
  run();
  int said = 0;
  for (; said < 50 && second.figures().reading_pauses == 0; ++said)
    chunk_of(second, there, said, 50, 200);
  CAF_CHECK(said < 30);
  stream(ask_for::search(other, "x", 5));
  chunk_of(second, other, 0, 1);
  CAF_CHECK_EQUAL(heard, "0 complete");
  for (auto i = said; i < 50; ++i)
    chunk_of(second, there, i, 50, 200);
  pass(60s);
  CAF_CHECK_EQUAL(answer->count, 0);
  int got = 0;
  for (auto more = 1; more > 0; got += more) {
    more = first.drain(slow);
    run();
  }
  CAF_CHECK_EQUAL(got, 50);
  CAF_REQUIRE(answer->answer);
  CAF_CHECK_EQUAL(answer->answer->outcome, outcome::complete);
}

CAF_TEST(C12 Q12 a receiver that dies is missed by nobody) {
  auto receiver = first.stranger();
  auto answer = first.ask_streaming(ask_for::search(there, "x", 5), receiver);
  run();
  first.kill(receiver);
  run();
  for (int i = 0; i < 6; ++i)
    chunk_of(second, there, i, 6, 700);
  CAF_REQUIRE(answer->answer);
  CAF_CHECK_EQUAL(answer->answer->outcome, outcome::complete);
  CAF_CHECK_EQUAL(second.figures().listener_bytes, 0u);
}

CAF_TEST(C13 Q12 an answer of 5 MB comes from another process) {
  auto far = first.post(ask_for::search(there, "x", 5).with_members(20'000));
  run();
  for (int i = 0; i < 10; ++i)
    chunk_of(second, there, i, 10, 1000);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::complete);
  CAF_CHECK_EQUAL(far->answer->members, 10'000u);
  std::size_t bytes = 0, count = 0;
  for (auto& list : far->answer->chunks) {
    bytes += list.json.size();
    for (member_cursor all{list}; all.next();)
      ++count;
  }
  CAF_CHECK(bytes > 5 << 20);
  CAF_CHECK_EQUAL(count, 10'000u);
}

CAF_TEST_FIXTURE_SCOPE_END()
