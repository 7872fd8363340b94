#define CAF_SUITE actors_event_journal

#include "actors/event_journal.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

using link = event_journal::link;

const caf::timestamp noon{12h};

shard_disconnected disconnect(std::uint32_t shard, next_step next) {
  shard_disconnected x;
  x.shard = {shard, 4};
  x.code = 4000;
  x.next = next;
  x.reason = "closed";
  return x;
}

std::string text_of(const event_journal& x) {
  return x.entries().back().text;
}

} // namespace

CAF_TEST(a shard is as its last event says since then) {
  event_journal x{noon};
  CAF_CHECK(x.link_of(3).state == link::waiting);
  CAF_CHECK(x.link_of(3).since == noon);
  shard_ready ready;
  ready.shard = {3, 4};
  x.add(ready, noon + 1s);
  CAF_CHECK(x.link_of(3).state == link::open);
  CAF_CHECK(x.link_of(3).since == noon + 1s);
  x.add(disconnect(3, next_step::resume), noon + 2s);
  CAF_CHECK(x.link_of(3).state == link::resuming);
  shard_resumed resumed;
  resumed.shard = {3, 4};
  x.add(resumed, noon + 3s);
  CAF_CHECK(x.link_of(3).state == link::open);
  CAF_CHECK(x.link_of(3).since == noon + 3s);
  x.add(disconnect(3, next_step::identify), noon + 4s);
  CAF_CHECK(x.link_of(3).state == link::identifying);
  x.add(disconnect(3, next_step::none), noon + 5s);
  CAF_CHECK(x.link_of(3).state == link::ended);
  CAF_CHECK(x.link_of(2).state == link::waiting);
  // Events of its books change nothing but when it became ready.
  shard_finished_chunking done;
  done.shard = {2, 4};
  x.add(done, noon + 6s);
  CAF_CHECK(x.link_of(2).state == link::waiting);
}

CAF_TEST(a shard is ready since the end of its startup) {
  event_journal x{noon};
  shard_ready ready;
  x.add(ready, noon + 5s);
  shard_finished_chunking done;
  x.add(done, noon + 9s);
  CAF_CHECK(x.link_of(0).since == noon + 9s);
  x.add(done, noon + 1s); // one that is told again
  CAF_CHECK(x.link_of(0).since == noon + 9s);
  shard_moved moved;
  x.add(moved, noon + 20s);
  CAF_CHECK(x.link_of(0).state == link::waiting);
  CAF_CHECK(x.link_of(0).since == noon + 20s);
}

CAF_TEST(what happened is told in sentences) {
  event_journal x{noon};
  shard_ready ready;
  ready.guilds = 1;
  x.add(ready, noon);
  CAF_CHECK_EQUAL(text_of(x), "a new session with 1 guild");
  ready.guilds = 7;
  ready.unreadable_guilds = 2;
  x.add(ready, noon);
  CAF_CHECK_EQUAL(text_of(x),
                  "a new session with 7 guilds, 2 that could not be read");
  x.add(disconnect(3, next_step::resume), noon);
  CAF_CHECK_EQUAL(text_of(x), "closed (4000); its session is to go on");
  CAF_CHECK(x.entries().back().is == event_journal::weight::bad);
  CAF_CHECK_EQUAL(*x.entries().back().shard, 3u);
  chunk_request_finished request;
  request.guild_id = snowflake{42};
  request.outcome = outcome::incomplete;
  request.missed_chunks = {1, 2};
  request.attempts = 3;
  x.add(request, noon);
  CAF_CHECK_EQUAL(text_of(x),
                  "incomplete: guild 42, 2 chunks missed after 3 attempts");
  finished_chunking end;
  end.shards = 4;
  end.guilds = 1;
  end.members = 10;
  x.add(end, noon);
  CAF_CHECK_EQUAL(text_of(x),
                  "the startup of all 4 shards is done: 10 members of 1 guild");
  CAF_CHECK(!x.entries().back().shard);
  x.add(node_joined{"n1", "host:1"}, noon);
  CAF_CHECK_EQUAL(text_of(x), "n1 at host:1");
  CAF_CHECK_EQUAL(x.entries().size(), 6u);
}

CAF_TEST(requests that are complete are not told) {
  event_journal x{noon};
  chunk_request_finished request;
  for (auto i = 0; i < 7; ++i) {
    request.outcome = static_cast<outcome>(i);
    x.add(request, noon);
  }
  CAF_CHECK_EQUAL(x.entries().size(), 6u);
}

CAF_TEST(it keeps the last ones and counts on) {
  event_journal x{noon};
  for (auto i = 0; i < 250; ++i)
    x.add(node_joined{"n", std::to_string(i)}, noon);
  CAF_CHECK_EQUAL(x.entries().size(), event_journal::most_entries);
  CAF_CHECK_EQUAL(x.entries().front().number, 151u);
  CAF_CHECK_EQUAL(x.entries().back().number, 250u);
}

CAF_TEST(a long reason is cut) {
  event_journal x{noon};
  auto event = disconnect(0, next_step::none);
  event.reason = std::string(100'000, 'x');
  x.add(event, noon);
  CAF_CHECK(text_of(x).size() < 400u);
}
