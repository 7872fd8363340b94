#define CAF_SUITE actors_requests

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(request_tests, idle_fleet)

CAF_TEST(Q1 each kind of request goes out and is answered) {
  begin({a, b, c});
  auto list = ask(ask_for::whole_list(a).with_presences());
  CAF_CHECK(last_request()["presences"] == true);
  answer(a);
  auto search = ask(ask_for::search(b, "nel", 10));
  CAF_CHECK(last_request()["query"] == "nel");
  CAF_CHECK(last_request()["limit"] == 10);
  answer(b);
  auto users = ask(ask_for::users(c, {snowflake{1}, snowflake{2}}));
  CAF_CHECK_EQUAL(last_request()["user_ids"].size(), 2u);
  chunk_fields reply;
  reply.guild = c;
  reply.nonce = last_nonce();
  reply.not_found = {snowflake{2}};
  say(chunk(reply, 9));
  for (auto& x : {list, search, users}) {
    CAF_REQUIRE(x->answer);
    CAF_CHECK(x->answer->outcome == outcome::complete);
    CAF_CHECK_EQUAL(x->count, 1);
  }
  CAF_CHECK_EQUAL(users->answer->not_found_ids, std::vector{snowflake{2}});
  CAF_CHECK_EQUAL(finished_requests.size(), 3u);
}

CAF_TEST(Q1 a request made before the shards are known is kept) {
  fail_lookup(errc::rest_failed);
  start();
  auto early = ask(ask_for::whole_list(a));
  CAF_CHECK_EQUAL(early->count, 0);
  pass(2s);
  greet({a});
  say(guild_create(a, 5));
  answer(a);
  CAF_CHECK(early->answer);
}

CAF_TEST(Q5 chunks count as a set in any order) {
  begin({a, b, c});
  auto x = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  for (int i : {2, 0, 2, 0})
    say(chunk(a, nonce, i, 3, 10));
  say(chunk(a, nonce, 3, 3));
  say(chunk(a, nonce, -1, 3));
  say(chunk(a, nonce, 1, 4));
  say(chunk(a, nonce, 0, 0));
  CAF_CHECK_EQUAL(x->count, 0);
  say(chunk(a, nonce, 1, 3, 10));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(x->answer->members, 30u);
  say(chunk(a, nonce, 1, 3, 10));
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  auto counts = figures();
  CAF_CHECK_EQUAL(counts.duplicates, 2u);
  CAF_CHECK_EQUAL(counts.malformed, 4u);
  CAF_CHECK_EQUAL(counts.late_chunks, 1u);
}

CAF_TEST(Q5 garbage is counted and dropped) {
  begin({a, b, c});
  auto x = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  say("no json at all");
  say("{\"op\":0,\"t\":\"GUILD_MEMBERS_CHUNK\",\"s\":5,\"d\":[]}");
  say(test::dispatch("GUILD_MEMBERS_CHUNK", 6,
                     "{\"guild_id\":\"x\",\"chunk_index\":0,\"chunk_count\":1,"
                     "\"members\":[]}"));
  say(test::dispatch("GUILD_CREATE", 7, "{\"id\":true}"));
  say(chunk(b, nonce, 0, 1)); // another guild's
  CAF_CHECK_EQUAL(figures().malformed, 5u);
  say(chunk(a, nonce, 0, 1));
  CAF_CHECK(x->answer);
}

CAF_TEST(Q7 a second whole list of a guild waits for 30 s after the first) {
  begin({a, b, c});
  auto first = ask(ask_for::whole_list(a));
  pass(2s);
  answer(a); // the 30 s count from here
  CAF_CHECK(first->answer);
  pass(1s);
  auto second = ask(ask_for::whole_list(a));
  pass(28900ms);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(200ms);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  answer(a);
  CAF_CHECK(second->answer->outcome == outcome::complete);
}

CAF_TEST(Q7 ten callers of one list share one opcode 8) {
  begin({a, b, c});
  std::vector<std::shared_ptr<fleet::reply>> callers;
  for (int i = 0; i < 10; ++i)
    callers.push_back(ask(ask_for::whole_list(a)));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  answer(a, 7);
  for (auto& x : callers) {
    CAF_REQUIRE(x->answer);
    CAF_CHECK_EQUAL(x->answer->nonce, callers[0]->answer->nonce);
    CAF_CHECK_EQUAL(x->answer->members, 7u);
  }
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
}

CAF_TEST(Q7 a nonce of its own does not join) {
  begin({a, b, c});
  auto first = ask(ask_for::whole_list(a));
  auto own = ask(ask_for::whole_list(a).with_nonce("own"));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  answer(a);
  CAF_CHECK(first->answer);
  CAF_CHECK_EQUAL(own->count, 0);
  pass(31s);
  CAF_CHECK_EQUAL(last_nonce(), "own");
  say(chunk(a, "own", 0, 1));
  CAF_CHECK_EQUAL(own->answer->nonce, "own");
}

CAF_TEST(Q7 RATE_LIMITED puts a request back unseen by its caller) {
  begin({a, b, c});
  auto x = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  say(rate_limited(a, nonce, 12.5));
  pass(12400ms);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(200ms);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  say(rate_limited(a, "", 3)); // without nonce: the list in flight
  pass(4s);
  CAF_CHECK_EQUAL(requests().size(), 3u);
  CAF_CHECK_EQUAL(x->count, 0);
  answer(a);
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(x->answer->attempts, 3u); // none of those that it may have
  CAF_CHECK_EQUAL(figures().rate_limited, 2u);
}

CAF_TEST(Q7 refusals for ever end as rate_limited) {
  begin({a, b, c});
  auto x = ask(ask_for::whole_list(a));
  for (int i = 0; i < 5; ++i) {
    CAF_CHECK_EQUAL(x->count, 0);
    say(rate_limited(a, last_nonce(), 1));
    pass(2s);
  }
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::rate_limited);
  CAF_CHECK_EQUAL(requests().size(), 5u);
}

CAF_TEST(Q10 a caller can cancel by nonce) {
  begin({a, b, c});
  auto wish = ask_for::whole_list(a);
  auto x = ask(wish);
  CAF_CHECK(!command(cancel_request{a, wish.nonce}));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::cancelled);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(code_of(command(cancel_request{a, wish.nonce}))
            == errc::unknown_nonce);
  CAF_CHECK(code_of(command(cancel_request{a, "never"}))
            == errc::unknown_nonce);
}

CAF_TEST(Q10 with several callers a cancel withdraws one) {
  begin({a, b, c});
  auto first = ask_for::whole_list(a);
  auto second = ask_for::whole_list(a);
  auto x = ask(first);
  auto y = ask(second);
  CAF_CHECK(!command(cancel_request{a, first.nonce}));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::cancelled);
  CAF_CHECK(finished_requests.empty());
  answer(a);
  CAF_REQUIRE(y->answer);
  CAF_CHECK(y->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(x->count, 1);
}

CAF_TEST(Q11 other commands go through and own opcodes are refused) {
  begin({a, b, c});
  CAF_CHECK(!command(gateway_command{4, "{\"guild_id\":\"1\"}", a}));
  CAF_CHECK_EQUAL(link().sent(4).size(), 1u);
  for (std::uint8_t op : {1, 2, 6, 8})
    CAF_CHECK(code_of(command(gateway_command{op, "{}", {}}))
              == errc::forbidden_opcode);
  CAF_CHECK(code_of(command(gateway_command{3, "[]", {}}))
            == errc::invalid_payload);
  CAF_CHECK(code_of(command(gateway_command{
                3, "{\"x\":\"" + std::string(4096, 'x') + "\"}", {}}))
            == errc::payload_too_large);
}

CAF_TEST(Q12 members come in the answer up to a bound) {
  begin({a, b, c});
  auto x = ask(ask_for::whole_list(a).with_members(10));
  auto nonce = last_nonce();
  say(chunk(a, nonce, 1, 2, 3));
  say(chunk(a, nonce, 0, 2, 4));
  CAF_REQUIRE(x->answer);
  CAF_REQUIRE_EQUAL(x->answer->chunks.size(), 2u);
  CAF_CHECK_EQUAL(x->answer->chunks[0].count, 4u);
  member_cursor members{x->answer->chunks[1]};
  int n = 0;
  while (members.next() != nullptr)
    ++n;
  CAF_CHECK_EQUAL(n, 3);
  CAF_CHECK(finished_requests.at(0).chunks.empty()); // listeners get counts
  auto y = ask(ask_for::whole_list(b).with_members(2));
  answer(b, 3);
  CAF_CHECK(code_of(y->error) == errc::answer_too_large);
  CAF_CHECK_EQUAL(finished_requests.size(), 2u);
}

CAF_TEST(Q12 members are streamed to one actor) {
  begin({a, b, c});
  int got = 0;
  auto receiver = sys.spawn([&](caf::event_based_actor*) {
    return caf::behavior{
        [&](const guild_members_chunk& x) { got += x.members.count; }};
  });
  auto x = ask_streaming(ask_for::whole_list(a), receiver);
  auto nonce = last_nonce();
  auto other = ask(ask_for::whole_list(b));
  answer(b, 100);
  say(chunk(a, nonce, 0, 2, 3));
  say(chunk(a, nonce, 1, 2, 3));
  CAF_CHECK(x->answer);
  CAF_CHECK_EQUAL(got, 6);
  CAF_CHECK(chunks.empty()); // nobody else listens
}

CAF_TEST_FIXTURE_SCOPE_END()
