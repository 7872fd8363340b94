#define CAF_SUITE actors_refusals

#include "tests/support/fleet.hpp"

#include <limits>

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// Bad input, through the router and the shard.

namespace {

struct fixture : idle_fleet {
  /// Why a request is refused; the error has a sentence for its user.
  errc refusal(guild_members_request x) {
    auto error = error_of(std::move(x));
    CAF_CHECK(!sentence_of(error).empty());
    return code_of(error);
  }

  static guild_members_request with(guild_members_request x,
                                    void (*change)(guild_members_request&)) {
    change(x);
    return x;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(refusal_tests, fixture)

CAF_TEST(Q2 what is refused is never sent) {
  values.intents = intent::guilds;
  begin({a});
  CAF_CHECK(refusal(ask_for::whole_list(a)) == errc::members_intent_missing);
  CAF_CHECK(refusal(ask_for::search(a, "n", 1).with_presences())
            == errc::presences_intent_missing);
  CAF_CHECK(refusal(ask_for::search(a, "n", 101)) == errc::limit_out_of_range);
  CAF_CHECK(refusal(ask_for::users(a, {})) == errc::no_user_ids);
  CAF_CHECK(refusal(ask_for::search(guild(77), "n", 1)) == errc::unknown_guild);
  CAF_CHECK(refusal(ask_for::search(snowflake{}, "n", 1))
            == errc::invalid_guild_id);
  CAF_CHECK(refusal(ask_for::search(a, std::string(4000, 'n'), 1))
            == errc::payload_too_large);
  auto first = ask(ask_for::search(a, "n", 1).with_nonce("mine"));
  CAF_CHECK(refusal(ask_for::search(a, "n", 1).with_nonce("mine"))
            == errc::nonce_in_use);
  CAF_CHECK(refusal(ask_for::search(a, "n", 1).with_attempts(-1))
            == errc::invalid_attempts);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  CAF_CHECK_EQUAL(figures().refused_requests, 8u);
}

CAF_TEST(Q2 the nonce that is sent counts for the size) {
  begin({a});
  // Each quote takes two bytes on the wire.
  std::string quotes(32, '"');
  std::string room(4096, 'n');
  auto fits = [&](std::size_t n, std::string nonce) {
    auto x = ask_for::search(a, room.substr(0, n), 1);
    return ask(nonce.empty() ? x : x.with_nonce(std::move(nonce)))->count == 0;
  };
  std::size_t n = 3800;
  while (fits(n, {}))
    ++n;
  CAF_CHECK(!fits(n - 1, quotes));
  CAF_CHECK(!fits(n - 32, quotes));
  CAF_CHECK(fits(n - 33, quotes));
  for (auto& x : requests())
    CAF_CHECK(nlohmann::json({{"op", 8}, {"d", x}}).dump().size() <= 4096);
}

CAF_TEST(Q2 text that is not UTF - 8 is refused) {
  begin({a});
  CAF_CHECK(refusal(ask_for::search(a, "\xff", 1)) == errc::invalid_text);
  CAF_CHECK(refusal(ask_for::search(a, "n", 1).with_nonce("\xc3"))
            == errc::invalid_text);
  CAF_CHECK_EQUAL(requests().size(), 0u);
}

CAF_TEST(Q2 impossible timeouts are refused) {
  begin({a});
  auto search = ask_for::search(a, "n", 1);
  for (auto t : {caf::timespan{-1s}, caf::timespan{-1ns}, caf::timespan{1ns},
                 caf::timespan{1ms} - 1ns, caf::timespan{1h} + 1ns,
                 caf::timespan::min(), caf::timespan::max()}) {
    auto x = search;
    x.timeout = t;
    CAF_CHECK(refusal(x) == errc::invalid_timeout);
    auto y = search;
    y.first_response_timeout = t;
    CAF_CHECK(refusal(y) == errc::invalid_timeout);
  }
  CAF_CHECK(requests().empty());
  CAF_CHECK_EQUAL(figures().refused_requests, 14u);
  search.timeout = 1ms;
  search.first_response_timeout = 1h;
  CAF_CHECK_EQUAL(ask(search)->count, 0);
  CAF_CHECK_EQUAL(requests().size(), 1u);
}

CAF_TEST(Q2 impossible attempts are refused) {
  begin({a});
  for (auto n : {-1, 101, std::numeric_limits<int>::min(),
                 std::numeric_limits<int>::max()})
    CAF_CHECK(refusal(ask_for::search(a, "n", 1).with_attempts(n))
              == errc::invalid_attempts);
  CAF_CHECK(requests().empty());
}

CAF_TEST(Q2 more than a hundred ids are refused) {
  begin({a});
  std::vector<snowflake> ids;
  for (std::uint64_t i = 1; i <= 101; ++i)
    ids.push_back(snowflake{i});
  CAF_CHECK(refusal(ask_for::users(a, ids)) == errc::too_many_user_ids);
  CAF_CHECK(requests().empty());
  ids.pop_back();
  CAF_CHECK_EQUAL(ask(ask_for::users(a, ids))->count, 0);
  CAF_REQUIRE_EQUAL(requests().size(), 1u);
  CAF_CHECK_EQUAL(last_request()["user_ids"].size(), 100u);
}

CAF_TEST(Q2 a nonce of 33 bytes is refused and one of 32 is sent) {
  begin({a});
  CAF_CHECK(refusal(ask_for::search(a, "n", 1).with_nonce(std::string(33, 'x')))
            == errc::nonce_too_long);
  std::string wide(31, 'x');
  wide += "\u00e9"; // 32 characters, 33 bytes
  CAF_CHECK(refusal(ask_for::search(a, "n", 1).with_nonce(wide))
            == errc::nonce_too_long);
  CAF_CHECK(requests().empty());
  ask(ask_for::search(a, "n", 1).with_nonce(std::string(32, 'x')));
  CAF_CHECK_EQUAL(last_nonce(), std::string(32, 'x'));
}

CAF_TEST(Q2 user ids go without query and limit) {
  begin({a});
  auto users = ask_for::users(a, {snowflake{1}});
  CAF_CHECK(refusal(with(users, [](auto& x) { x.query.push_back('n'); }))
            == errc::users_with_query);
  CAF_CHECK(refusal(with(users, [](auto& x) { x.limit = 1; }))
            == errc::users_with_query);
  CAF_CHECK(refusal(with(ask_for::search(a, "n", 1),
                         [](auto& x) { x.user_ids = {snowflake{1}}; }))
            == errc::users_with_query);
  CAF_CHECK(refusal(with(ask_for::whole_list(a),
                         [](auto& x) { x.user_ids = {snowflake{1}}; }))
            == errc::users_with_query);
  CAF_CHECK(requests().empty());
}

CAF_TEST(Q2 a limit goes with a query and from 0 to 100) {
  begin({a});
  CAF_CHECK(refusal(ask_for::search(a, "", 1)) == errc::limit_without_query);
  CAF_CHECK(refusal(with(ask_for::whole_list(a), [](auto& x) { x.limit = 1; }))
            == errc::limit_without_query);
  CAF_CHECK(refusal(ask_for::search(a, "n", -1)) == errc::limit_out_of_range);
  CAF_CHECK(refusal(ask_for::search(a, "n", 101)) == errc::limit_out_of_range);
  CAF_CHECK(requests().empty());
  ask(ask_for::search(a, "n", 0));
  ask(ask_for::search(a, "n", 100));
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST(Q2 Q12 a stream is refused like any other request) {
  begin({a});
  auto receiver = stranger();
  auto x = ask_streaming(ask_for::search(a, "n", 101), receiver);
  CAF_CHECK(code_of(x->error) == errc::limit_out_of_range);
  auto y = ask_streaming(ask_for::users(a, {}), receiver);
  CAF_CHECK(code_of(y->error) == errc::no_user_ids);
  CAF_CHECK(requests().empty());
  kill(receiver);
}

CAF_TEST(Q7 a refusal that was kept means no list that went out after it) {
  begin({a, b});
  answer_all();
  auto stuck = listener(for_members(1, overflow::stop_reading));
  pass(31s);
  auto first = ask(ask_for::whole_list(a).with_nonce("first"));
  auto other = ask(ask_for::search(b, "n", 1).with_nonce("other"));
  say(chunk(b, "other", 0, 1, 5)); // now the listener is behind
  say(rate_limited(a, "", 2.0));
  pass(32s);
  auto second = ask(ask_for::whole_list(a).with_nonce("second"));
  CAF_REQUIRE_EQUAL(last_nonce(), "second");
  say(chunk(a, "second", 0, 1, 5));
  drain(*stuck);
  sched.run();
  drain(*stuck);
  sched.run();
  CAF_REQUIRE(second->answer);
  CAF_CHECK(second->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(second->answer->attempts, 1u);
  // It was the first one's, which waits for what stamped the second.
  pass(29s);
  CAF_CHECK_EQUAL(last_nonce(), "second");
  pass(2s);
  CAF_CHECK_EQUAL(last_nonce(), "first");
  CAF_CHECK_EQUAL(first->count, 0);
}

CAF_TEST(Q7 a refusal that was kept means no send under the same nonce) {
  begin({a, b});
  answer_all();
  auto stuck = listener(for_members(1, overflow::stop_reading));
  pass(31s);
  auto mine = ask(ask_for::whole_list(a).with_nonce("mine"));
  auto other = ask(ask_for::search(b, "n", 1).with_nonce("other"));
  say(rate_limited(a, "mine", 2.0));
  say(chunk(b, "other", 0, 1, 5));   // now the listener is behind
  say(rate_limited(a, "mine", 3.0)); // said twice
  pass(2s);
  auto sends = requests().size();
  CAF_REQUIRE_EQUAL(last_nonce(), "mine");
  drain(*stuck);
  pass(5s);
  CAF_CHECK_EQUAL(requests().size(), sends);
  say(chunk(a, "mine", 0, 1, 5));
  CAF_REQUIRE(mine->answer);
  CAF_CHECK(mine->answer->outcome == outcome::complete);
}

CAF_TEST_FIXTURE_SCOPE_END()
