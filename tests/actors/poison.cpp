#define CAF_SUITE actors_poison

#include <algorithm>

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// A gateway on which one guild is poison.
struct fixture : fleet {
  snowflake good = a, bad = b, late = c;
  /// How a connection ends: by this code, or by a cut.
  std::uint16_t code = 0;
  /// The session goes on after that.
  bool resumable = true;
  /// Chunk 0 of 2 comes before the end.
  bool half = false;
  /// Its GUILD_CREATE is what ends connections, not its op 8.
  bool create_kills = false;
  std::size_t seen = 0;
  std::size_t asked_alone = 0;

  /// Answers and kills, as long as something is asked for.
  bool serve() {
    auto& gate = link();
    auto all = gate.sent(8);
    bool moved = false;
    for (; seen < all.size() && !gate.ended(); ++seen) {
      moved = true;
      auto id = guild_asked(all[seen]);
      auto nonce = all[seen]["nonce"].get<std::string>();
      if (id != bad) {
        gate.say(chunk(id, nonce, 0, 1, 5));
      } else {
        asked_alone += seen + 1 == all.size() ? 1 : 0;
        if (half)
          gate.say(chunk(id, nonce, 0, 2, 5));
        gate.end(code);
      }
    }
    sched.run();
    return moved;
  }

  /// The next connection: resumed, or with a new READY.
  void come_back(const std::vector<snowflake>& guilds) {
    seen = 0;
    auto& gate = reconnect();
    if (!gate.sent(6).empty()) {
      say(resumed(9));
      return;
    }
    for (int i = 0; i < 100 && gate.sent(2).empty(); ++i)
      pass(200ms);
    say(ready(guilds));
    create_while_alive(guilds);
  }

  /// Creates guilds until that ends the connection.
  void create_while_alive(const std::vector<snowflake>& guilds) {
    for (auto id : guilds) {
      if (link().ended())
        return;
      if (create_kills && id == bad)
        link().end(code);
      else
        link().say(guild_create(id, 5));
      sched.run();
    }
  }

  /// Runs a startup of these guilds until E3, or for so many steps.
  void run(const std::vector<snowflake>& guilds, int steps = 4000) {
    start_with(guilds);
    create_while_alive(guilds);
    for (; steps > 0 && finished.empty(); --steps) {
      if (link().ended())
        come_back(guilds);
      else if (!serve())
        pass(100ms);
    }
  }

  bool e1_of(snowflake id, outcome how) const {
    int n = 0;
    for (auto& x : finished_requests)
      n += x.guild_id == id && x.outcome == how ? 1 : 0;
    return n >= 1;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(poison_tests, fixture)

CAF_TEST(Q13 a guild whose opcode 8 ends connections is given up) {
  run({bad, good, late});
  CAF_REQUIRE_EQUAL(finished.size(), 1u);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{bad});
  CAF_CHECK(finished_shards[0].incomplete_guild_ids.empty());
  CAF_CHECK(e1_of(bad, outcome::session_lost));
  CAF_CHECK(e1_of(good, outcome::complete));
  CAF_CHECK(e1_of(late, outcome::complete));
  CAF_CHECK(asked_alone >= 2u);
}

CAF_TEST(Q13 whatever the end of the connection is) {
  for (std::uint16_t with : {4000, 4001, 4002, 4008, 1006}) {
    CAF_MESSAGE("code " << with);
    fixture one;
    one.code = with;
    one.run({bad, good});
    CAF_CHECK_EQUAL(one.finished.size(), 1u);
    CAF_CHECK(one.e1_of(bad, outcome::session_lost));
    CAF_CHECK(one.e1_of(good, outcome::complete));
  }
}

CAF_TEST(Q13 also when each end costs the session) {
  code = 4009;
  run({bad, good, late});
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{bad});
}

CAF_TEST(Q13 also when a chunk comes before each end) {
  half = true;
  run({bad, good});
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK_EQUAL(finished_shards[0].incomplete_guild_ids, std::vector{bad});
  CAF_CHECK(e1_of(good, outcome::complete));
}

CAF_TEST(Q13 also when its GUILD_CREATE ends each connection) {
  for (std::uint16_t with : {0, 4009}) {
    CAF_MESSAGE("code " << with);
    fixture one;
    one.code = with;
    one.create_kills = true;
    one.run({good, bad, late});
    CAF_REQUIRE_EQUAL(one.finished.size(), 1u);
    auto& missed = one.finished_shards.at(0).missed_guild_ids;
    CAF_CHECK(std::count(missed.begin(), missed.end(), bad) == 1);
  }
}

CAF_TEST(Q13 requests for a guild that is never created end) {
  for (auto whole : {true, false})
    for (auto chunking : {true, false}) {
      CAF_MESSAGE((whole ? "whole list" : "search") << ", " << chunking);
      fixture one;
      one.values.auto_chunk = chunking;
      one.code = 4009; // each end costs the session
      one.create_kills = true;
      one.start();
      one.greet({one.good, one.bad});
      auto asked = one.ask(whole ? ask_for::whole_list(one.bad)
                                 : ask_for::search(one.bad, "n", 5));
      one.create({one.good, one.bad});
      for (int i = 0; i < 9000 && one.finished.empty(); ++i) {
        if (one.link().ended())
          one.come_back({one.good, one.bad});
        else if (!one.serve())
          one.pass(100ms);
      }
      CAF_REQUIRE(asked->answer);
      CAF_CHECK(asked->answer->outcome == outcome::session_lost);
      CAF_REQUIRE_EQUAL(one.finished.size(), 1u);
      // A search is no verdict (S3), so without chunking there is no E2.
      CAF_REQUIRE_EQUAL(one.finished_shards.empty(), !whole && !chunking);
      for (auto& x : one.finished_shards)
        CAF_CHECK(std::count(x.missed_guild_ids.begin(),
                             x.missed_guild_ids.end(), one.bad)
                  == 1);
    }
}

CAF_TEST(Q13 a startup that asks for nothing is no exception) {
  values.auto_chunk = false;
  code = 4009;
  create_kills = true;
  run({good, bad});
  CAF_CHECK_EQUAL(finished.size(), 1u);
}

CAF_TEST(Q13 a request of the bot is no exception) {
  values.auto_chunk = false;
  begin({bad, good});
  auto asked = ask(ask_for::search(bad, "n", 5));
  for (int i = 0; i < 2000 && asked->count == 0; ++i) {
    if (link().ended())
      come_back({bad, good});
    else if (!serve())
      pass(100ms);
  }
  CAF_REQUIRE(asked->answer);
  CAF_CHECK(asked->answer->outcome == outcome::session_lost);
}

CAF_TEST(Q13 what a caller has found out is not tried again by the startup) {
  start_with({bad});
  ask(ask_for::whole_list(bad)); // one attempt; the startup joins it
  create({bad});
  for (int i = 0; i < 2000 && finished_requests.empty(); ++i) {
    if (link().ended())
      come_back({bad});
    else if (!serve())
      pass(100ms);
  }
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u); // with no other connection
  CAF_CHECK_EQUAL(finished_shards[0].missed_guild_ids, std::vector{bad});
}

CAF_TEST(Q13 the innocent are answered and go out together) {
  begin({good, late});
  CAF_REQUIRE_EQUAL(requests().size(), 2u); // together
  link().end(4000);
  come_back({good, late});
  // What was on the wire is under suspicion until it is heard of.
  auto other = ask(ask_for::search(good, "n", 5));
  CAF_CHECK(link().sent(8).empty());
  auto sent = connections.front()->sent(8);
  for (auto& x : sent)
    link().say(chunk(guild_asked(x), x["nonce"], 0, 1, 5));
  sched.run();
  CAF_CHECK_EQUAL(link().sent(8).size(), 1u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
}

CAF_TEST(Q14 every opcode 8 that was written counts) {
  begin({good});
  auto nonce = last_nonce();
  link().say(rate_limited(good, nonce, 1.0));
  pass(2s); // asked again under the same nonce
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  link().end(4000);
  come_back({good});
  pass(45s); // nothing came after the resume: asked again for free
  CAF_REQUIRE_EQUAL(requests().size(), 3u);
  answer(good, 5);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 3u);
}

CAF_TEST_FIXTURE_SCOPE_END()
