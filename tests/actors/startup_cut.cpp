#define CAF_SUITE actors_startup_cut

#include "actors/startup_ledger.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

const snowflake a{1}, b{2}, c{3};

guild_create created(snowflake id, std::uint64_t members = 5) {
  guild_create x;
  x.id = id;
  x.member_count = members;
  return x;
}

chunk_request_finished ended(snowflake id, outcome how,
                             std::uint64_t members = 5) {
  chunk_request_finished x;
  x.guild_id = id;
  x.outcome = how;
  x.chunk_count = how == outcome::no_response ? 0 : 1;
  x.members = members;
  return x;
}

struct fixture {
  settings values;
  startup_ledger before{values};
  startup_ledger after{values};
  /// A list of it goes on.
  snowflake with_list;

  /// The other process begins at `at` of its own clock.
  std::vector<snowflake> go_on(timespan until, timespan at = 0s) {
    auto cut = before.cut(until);
    cut.guilds = before.all_guilds().guilds;
    return after.restore(
        cut, at, [this](snowflake guild) { return guild == with_list; });
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(startup_cut_tests, fixture)

CAF_TEST(C6 what was being asked for is asked for again) {
  before.begin({a, b, c}, true, 0s);
  before.created(created(a), false, 1s);
  before.created(created(b), false, 1s);
  before.list_ended(ended(a, outcome::complete));
  CAF_CHECK_EQUAL(go_on(2s), std::vector{b});
  CAF_CHECK_EQUAL(after.awaited(), std::vector{c});
  CAF_CHECK(after.state_of(a).status == guild_status::complete);
  CAF_CHECK(after.state_of(b).status == guild_status::queued);
  CAF_CHECK_EQUAL(after.state_of(a).members_received, 5u);
  CAF_CHECK(!after.take_result(2s));
  after.list_ended(ended(b, outcome::no_response));
  CAF_CHECK(after.created(created(c), false, 3s)
            == startup_ledger::step::chunk);
  after.list_ended(ended(c, outcome::complete, 7));
  auto result = after.take_result(4s);
  CAF_REQUIRE(result);
  CAF_CHECK_EQUAL(result->missed, std::vector{b});
  CAF_CHECK_EQUAL(result->guilds, 2u);
  CAF_CHECK_EQUAL(result->members, 12u);
}

CAF_TEST(C6 E2 a startup that had ended does not end again) {
  before.begin({a}, true, 0s);
  before.created(created(a), false, 1s);
  before.list_ended(ended(a, outcome::complete));
  CAF_REQUIRE(before.take_result(2s));
  CAF_CHECK(go_on(2s).empty());
  CAF_CHECK(after.began() && after.finished());
  CAF_CHECK(!after.take_result(1h));
  CAF_CHECK_EQUAL(after.guild_count(), 1u);
  // A new session begins a new one.
  after.begin({}, true, 3s);
  CAF_CHECK(after.take_result(3s));
}

CAF_TEST(C6 S4 the wait for a GUILD_CREATE goes on) {
  before.begin({a, b}, true, 100s);
  before.created(created(a), false, 101s);
  before.list_ended(ended(a, outcome::complete));
  go_on(106s);
  CAF_CHECK(after.due() == 10s);
  CAF_CHECK(after.tick(10s - 1ns).empty());
  CAF_CHECK_EQUAL(after.tick(10s), std::vector{b});
  auto result = after.take_result(10s);
  CAF_REQUIRE(result);
  CAF_CHECK_EQUAL(result->missed, std::vector{b});
}

CAF_TEST(C6 S3 what the bot had asked ended with its process) {
  before.begin({a, b}, false, 0s);
  before.requested(b); // waits for its GUILD_CREATE
  before.created(created(a), false, 1s);
  before.requested(a);
  CAF_CHECK(go_on(1s).empty());
  CAF_CHECK(after.state_of(a).status == guild_status::unknown);
  CAF_CHECK(after.created(created(b), false, 1s) == startup_ledger::step::none);
  CAF_CHECK(!after.take_result(15s));
  CAF_CHECK(after.take_result(16s));
}

CAF_TEST(C6 S3 what the bot had asked goes on with its list) {
  before.begin({a, b, c}, false, 0s);
  before.created(created(a), false, 1s);
  before.requested(a);
  before.requested(b); // waits for its GUILD_CREATE
  with_list = a;
  CAF_CHECK(go_on(1s).empty());
  CAF_CHECK(after.state_of(a).status == guild_status::queued);
  after.list_ended(ended(a, outcome::complete));
  CAF_CHECK(after.state_of(a).status == guild_status::complete);
  with_list = b;
  go_on(1s);
  after.created(created(b), true, 1s);
  CAF_CHECK(after.state_of(b).status == guild_status::queued);
}

CAF_TEST(C6 how often a guild was begun outlasts its absence) {
  before.begin({a}, true, 0s);
  before.created(created(a), false, 1s);
  before.set_begun(a, 3);
  guild_delete gone;
  gone.id = a;
  before.gone(gone, 2s);
  CAF_CHECK_EQUAL(before.begun(a), 0u);
  go_on(3s);
  for (auto x : {&before, &after}) {
    x->created(created(a), false, 3s);
    CAF_CHECK_EQUAL(x->begun(a), 3u);
    x->gone(gone, 4s);
    x->begin({a}, true, 5s); // a new session has other nonces
    x->created(created(a), false, 5s);
    CAF_CHECK_EQUAL(x->begun(a), 0u);
  }
}

CAF_TEST(C6 Q13 a guild whose list ends connections is not asked on) {
  before.begin({a}, true, 0s);
  before.created(created(a), false, 1s);
  before.spoil(a); // its request has not ended yet
  CAF_CHECK(go_on(1s).empty());
  auto result = after.take_result(1s);
  CAF_REQUIRE(result);
  CAF_CHECK_EQUAL(result->missed, std::vector{a});
}

CAF_TEST(C6 S7 a guild that is no longer wanted is not asked on) {
  before.begin({a, b}, true, 0s);
  before.created(created(a), false, 1s);
  before.created(created(b), false, 1s);
  values.only_guilds = {b};
  startup_ledger filtered{values};
  auto cut = before.cut(1s);
  cut.guilds = before.all_guilds().guilds;
  CAF_CHECK_EQUAL(filtered.restore(cut, 1s), std::vector{b});
  filtered.list_ended(ended(b, outcome::complete));
  CAF_CHECK(filtered.take_result(1s));
}

CAF_TEST(C6 what has changed of the guilds is told once) {
  before.begin({a, b}, true, 0s);
  auto all = before.take_changes();
  CAF_CHECK(all.all);
  CAF_CHECK_EQUAL(all.guilds.size(), 2u);
  CAF_CHECK(before.take_changes().guilds.empty());
  auto version = before.version();
  auto one = [&](snowflake guild) {
    CAF_CHECK(before.version() > version);
    version = before.version();
    auto x = before.take_changes();
    return !x.all && x.gone.empty() && x.guilds.size() == 1
           && x.guilds[0].first == guild;
  };
  before.created(created(a), false, 1s);
  CAF_CHECK(one(a));
  before.member_added(a);
  CAF_CHECK(one(a));
  before.member_removed(a);
  CAF_CHECK(one(a));
  before.list_ended(ended(a, outcome::no_response));
  CAF_CHECK(one(a));
  before.tick(16s);
  CAF_CHECK(one(b));
  before.set_begun(b, 1);
  CAF_CHECK(one(b));
  CAF_REQUIRE(before.take_result(16s));
  CAF_CHECK(before.version() > version);
  CAF_CHECK(before.take_changes().guilds.empty());
  guild_delete gone;
  gone.id = a;
  before.gone(gone, 17s);
  CAF_CHECK_EQUAL(before.take_changes().gone, std::vector{a});
  before.begin({a}, true, 18s);
  CAF_CHECK(before.take_changes().all);
}

CAF_TEST(C6 a whole guild whose list was under way is complete) {
  before.begin({a}, true, 0s);
  auto whole = created(a);
  whole.large = false;
  whole.members = 5;
  before.created(whole, true, 1s);
  CAF_CHECK(go_on(1s).empty());
  auto result = after.take_result(1s);
  CAF_REQUIRE(result);
  CAF_CHECK_EQUAL(result->guilds, 1u);
}

CAF_TEST(C6 Q13 what ends connections is not asked again) {
  before.begin({a, b}, true, 0s);
  before.created(created(a), false, 1s);
  before.spoil(a);
  before.list_ended(ended(a, outcome::session_lost));
  for (int i = 0; i < 3; ++i) // the first had brought a guild
    CAF_CHECK(before.connection_ended(3).empty());
  go_on(1s);
  CAF_CHECK(after.is_spoiled(a));
  // The third of those in vain.
  CAF_CHECK(!after.connection_ended(3).empty());
  CAF_CHECK(after.take_result(1s));
  CAF_CHECK(!after.is_spoiled(a));
}

CAF_TEST_FIXTURE_SCOPE_END()
